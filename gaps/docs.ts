/**
 * Brings the documents up to a report: `./sextant exec node gaps/docs.ts gap-report/report.json`. It keeps the verdicts in
 * docs/gap-analysis.json, without times and observations, and writes the README's table from them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GapReport } from './contract.ts';
import { parseReport, renderJson, replaceDocsTable } from './report/index.ts';

const root = join(import.meta.dirname, '..');

/** The file of the verdicts that the documentation's table is generated from. */
export const verdictsFile = join(root, 'docs/gap-analysis.json');
/** Every document that shows the table. */
export const documents: readonly string[] = [join(root, 'README.md')];

/** The part of a report that documents show. It is the same for two runs with the same verdicts and reasons. */
export function withoutMeasurements(report: GapReport): GapReport {
  return {
    cloud: report.cloud,
    date: report.date.slice(0, 10),
    rows: report.rows.map((row) => ({
      ...row,
      evidence: row.evidence.map((part) => ({ ...part, seen: [], milliseconds: 0 })),
      milliseconds: 0,
    })),
  };
}

if (import.meta.main) {
  const [source = join(root, 'gap-report/report.json')] = process.argv.slice(2);
  const report = withoutMeasurements(parseReport(await readFile(source, 'utf8')));
  await writeFile(verdictsFile, renderJson(report));
  for (const document of documents) {
    const text = replaceDocsTable(await readFile(document, 'utf8'), report);
    if (text === undefined) throw new Error(`${document} has no markers for the table`);
    await writeFile(document, text);
  }
}
