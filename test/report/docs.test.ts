import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { documents, verdictsFile } from '../../gaps/docs.ts';
import { parseReport, replaceDocsTable } from '../../gaps/report/index.ts';
import { allRows } from '../../gaps/rows/index.ts';
import { decideVerdict } from '../../gaps/verdict.ts';

const recorded = parseReport(await readFile(verdictsFile, 'utf8'));

test('the table in each document is the one that the recorded verdicts make', async () => {
  for (const document of documents) {
    const text = await readFile(document, 'utf8');
    assert.equal(text, replaceDocsTable(text, recorded), `${document} is stale: run ./sextant exec node gaps/docs.ts`);
  }
});

test('the recorded verdicts are of all rows as they stand, and follow from their parts', () => {
  assert.deepEqual(
    recorded.rows.map(({ id, title, claim }) => ({ id, title, claim })),
    allRows.map(({ id, title, claim }) => ({ id, title, claim })),
  );
  for (const { verdict, summary, evidence } of recorded.rows) {
    assert.deepEqual({ verdict, summary }, decideVerdict(evidence));
  }
});
