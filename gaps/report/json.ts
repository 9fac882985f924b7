import type { GapReport } from '../contract.ts';

/** The report as JSON, indented, for programs and for a diff. */
export function renderJson(report: GapReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** Reads what `renderJson` wrote. Throws on anything that is no report. */
export function parseReport(text: string): GapReport {
  const report: unknown = JSON.parse(text);
  if (typeof report !== 'object' || report === null || !('cloud' in report) || !('rows' in report)) {
    throw new Error('not a gap report: it has no "cloud" and "rows"');
  }
  return report as GapReport;
}
