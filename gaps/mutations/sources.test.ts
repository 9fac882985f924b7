import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sourceMutations } from './sources.ts';

for (const [name, edits] of Object.entries(sourceMutations)) {
  test(`the text that mutation ${name} changes stands in the source, once`, async () => {
    for (const { file, from, to } of edits) {
      const text = await readFile(join(import.meta.dirname, '../..', file), 'utf8');
      const found = text.match(new RegExp(from, 'g')) ?? [];
      assert.equal(found.length, 1, `${file} has ${from} ${found.length} times`);
      assert.notEqual(text.replace(from, to), text);
    }
  });
}
