/**
 * The executable gap analysis: runs the use cases against a cloud, judges each by what was seen, and renders the report.
 * It must not know how any product works: rows speak to the Networking API, to guests and to eyes.
 */
import type { GapReport, Row } from './contract.ts';
import type { Lab } from './lab/index.ts';
import { createSiteFinder, openLabSite } from './lab-site.ts';
import { createProgressView, type Screen } from './progress.ts';
import { writeReport } from './report/index.ts';
import { allRows } from './rows/index.ts';
import { runRows } from './run.ts';

export type { GapReport, Verdict } from './contract.ts';
export { renderTerminal } from './report/index.ts';

/** The lab and the cloud to judge, the rows to run, and where the report goes. */
export interface GapOptions {
  readonly lab: Lab;
  /** The Networking API of the cloud that runs on the lab: `unix:/path` or `http://..`. */
  readonly endpoint: string;
  /** Default `Sextant`. */
  readonly cloudName?: string;
  /** Ids of the rows to run, in any order. Default all. */
  readonly only?: readonly string[];
  readonly concurrency?: number;
  /** Where report.{json,md,rst,html} go; no files when left out. */
  readonly reportDirectory?: string;
  /** Ends the run early: what its rows made is undone, and it throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where the progress view goes. Default standard error. */
  readonly screen?: Screen;
}

/** Runs the analysis inside the lab's namespace. A row that fails is a verdict; only the run itself can throw. */
export async function runGapAnalysis(options: GapOptions): Promise<GapReport> {
  const {
    lab,
    endpoint,
    cloudName = 'Sextant',
    concurrency,
    reportDirectory,
    screen = process.stderr,
    signal,
  } = options;
  const rows = chooseRows(options.only);
  const site = openLabSite({ lab, endpoint, cloudName });
  const finder = createSiteFinder(lab, site);
  const view = createProgressView(rows, screen);
  try {
    const { find } = finder;
    const report = await runRows({
      rows,
      site,
      findSite: find,
      onEvent: view.onEvent,
      ...(concurrency !== undefined && { concurrency }),
      ...(signal && { signal }),
    });
    signal?.throwIfAborted();
    if (reportDirectory !== undefined) await writeReport(report, reportDirectory);
    return report;
  } finally {
    view.end();
    await finder.close();
    await site.close();
  }
}

/** Throws on an id that no row has: a typing error must not pass for a run. */
export function chooseRows(only?: readonly string[]): readonly Row[] {
  if (!only) return allRows;
  const unknown = only.filter((id) => !allRows.some((row) => row.id === id));
  if (unknown.length > 0) throw new Error(`no such row: ${unknown.join(', ')}`);
  return allRows.filter(({ id }) => only.includes(id));
}
