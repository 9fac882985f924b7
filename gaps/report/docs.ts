import type { GapReport } from '../contract.ts';
import { markdownTable } from './markdown.ts';
import { describeCounts } from './words.ts';

/** The line before the generated table in a document. */
export const docsStart =
  '<!-- gap-table: generated from docs/gap-analysis.json by `./sextant exec node gaps/docs.ts` -->';
/** The line behind the generated table in a document. */
export const docsEnd = '<!-- /gap-table -->';

/** The table as documents show it: without dates and times, so that it changes when a verdict does. */
export function renderDocsTable(report: GapReport): string {
  return `${markdownTable(report)}\n\n${describeCounts(report)}.`;
}

/** The document with the table between the markers replaced; undefined when it has no such markers. */
export function replaceDocsTable(document: string, report: GapReport): string | undefined {
  const [start, end] = [document.indexOf(docsStart), document.indexOf(docsEnd)];
  if (start < 0 || end < start) return undefined;
  return `${document.slice(0, start)}${docsStart}\n${renderDocsTable(report)}\n${document.slice(end)}`;
}
