import { type Clock, milliseconds, type Timer } from '../base/index.ts';
import { joinReports, type ReportRecord, sizeOf } from './report.ts';

/** Where gathered reports are recorded. */
export interface GatheredReportsOptions {
  readonly clock: Clock;
  /** Resolves when it is durable. */
  readonly record: (report: ReportRecord) => Promise<void>;
  /** Runs when `record` has failed for reports that had waited: nobody waits for its result any more. */
  readonly onFailure: (error: unknown) => void;
}

/** Between two records of one host's reports: an agent in a hurry costs the database no more than a calm one. */
const pause = milliseconds(1_000);

/** Rows that may wait. Agents report what is new, so even a busy host is far below; beyond, the agent has to wait. */
const mostWaiting = 4_096;

/** Records one host's reports: the first at once, and those that come within the pause together, at its end. */
export class GatheredReports {
  readonly #options: GatheredReportsOptions;
  #waiting: ReportRecord[] = [];
  #rows = 0;
  #pausing: Timer | undefined;
  #flushed = Promise.withResolvers<void>();
  #isStopped = false;

  constructor(options: GatheredReportsOptions) {
    this.#options = options;
  }

  /** Resolves when there is room for another one. Rejects when it can't be recorded, as far as that is known by then. */
  async add(report: ReportRecord): Promise<void> {
    if (this.#isStopped || sizeOf(report) === 0) return;
    if (!this.#pausing) {
      this.#startPause();
      return await this.#options.record(report);
    }
    this.#waiting.push(report);
    this.#rows += sizeOf(report);
    if (this.#rows >= mostWaiting) await this.#flushed.promise;
  }

  /** Drops what waits: an agent repeats all that it knows when it comes back. */
  stop(): void {
    this.#isStopped = true;
    this.#pausing?.cancel();
    this.#waiting = [];
    this.#flushed.resolve();
  }

  #startPause(): void {
    this.#pausing = this.#options.clock.after(pause, () => {
      this.#pausing = undefined;
      if (this.#waiting.length > 0) this.#flush();
    });
  }

  #flush(): void {
    const { record, onFailure } = this.#options;
    const [reports, flushed] = [this.#waiting, this.#flushed];
    this.#waiting = [];
    this.#rows = 0;
    this.#flushed = Promise.withResolvers();
    this.#startPause();
    record(joinReports(reports)).catch(onFailure).finally(flushed.resolve);
  }
}
