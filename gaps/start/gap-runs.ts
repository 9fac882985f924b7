import { join } from 'node:path';
import type { GapReport } from '../index.ts';
import type { Screen } from '../progress.ts';

/** A run of the gap analysis: which rows, and where its progress is shown. */
export interface GapRun {
  /** Ids of the rows; all when left out. */
  readonly rows?: readonly string[] | undefined;
  /** Where the progress view goes. Default standard error. */
  readonly screen?: Screen;
  /** Ends the run early, undoing what its rows made. */
  readonly signal?: AbortSignal;
}

/** Judges the use cases on the running lab, for `start` itself and for `sextant gap run`. */
export interface GapRuns {
  /**
   * Throws where a run is under way: the rows of two at once would take the processors from each other, and fail for want
   * of time. One that was ended early is waited for.
   */
  run(wanted: GapRun): Promise<GapReport>;
}

/** Lets one run of `judge` be under way at a time. */
export function createGapRuns(judge: GapRuns['run']): GapRuns {
  let underWay: { readonly signal: AbortSignal | undefined; readonly ended: Promise<unknown> } | undefined;
  return {
    async run(wanted) {
      while (underWay) {
        if (!underWay.signal?.aborted) throw new Error('a gap analysis is under way on this lab: one at a time');
        await underWay.ended;
      }
      const running = judge(wanted);
      underWay = { signal: wanted.signal, ended: running.catch(() => undefined) };
      return running.finally(() => {
        underWay = undefined;
      });
    },
  };
}

/** Apart for a run of some rows: the report of a whole run is not to be lost to it. */
export function reportDirectoryOf({
  rows,
  reportDirectory,
}: {
  readonly rows?: readonly string[] | undefined;
  readonly reportDirectory: string;
}): string {
  return rows ? join(reportDirectory, 'part') : reportDirectory;
}
