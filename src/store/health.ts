import { type Clock, type Log, milliseconds, systemClock, type Timer } from '../base/index.ts';

/**
 * - `disk`: what was to be written, or read, could not be; over when writes succeed again;
 * - `log`: the write-ahead log could not be moved into the file; over when it can be;
 * - `content`: the file is damaged; stays until the process has a good one.
 */
export type FaultKind = 'disk' | 'log' | 'content';

interface Fault {
  reason: string;
  /** All reasons that were logged. */
  readonly said: Set<string>;
  /** Runs since the first success after the newest failure. */
  recovery?: Timer | undefined;
}

/** A disk that is nearly full takes one write and refuses the next: only after so long without a failure it is well again. */
const recoveryTime = milliseconds(3_000);

/** What is wrong with the database, for the operator. Each fault is logged when it comes, for each new reason, and when it is over. */
export class StoreHealth {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #faults = new Map<FaultKind, Fault>();

  constructor(log: Log, clock: Clock = systemClock) {
    this.#log = log;
    this.#clock = clock;
  }

  get reasons(): readonly string[] {
    return [...this.#faults.values()].map(({ reason }) => reason);
  }

  has(kind: FaultKind): boolean {
    return this.#faults.has(kind);
  }

  note(kind: FaultKind, reason: string): void {
    const fault = this.#faults.get(kind) ?? { reason, said: new Set() };
    this.#faults.set(kind, fault);
    fault.recovery?.cancel();
    fault.recovery = undefined;
    // Damage is met again and again, each time in other words: the first place that was found is enough.
    if (fault.said.has(reason) || (kind === 'content' && fault.said.size > 0)) return;
    fault.reason = reason;
    fault.said.add(reason);
    this.#log.error({ fault: kind }, `store: ${reason}`);
  }

  /** Hears of each success: the fault is over when no failure follows for a while. */
  noteSuccess(kind: FaultKind): void {
    const fault = this.#faults.get(kind);
    if (!fault) return;
    fault.recovery ??= this.#clock.after(recoveryTime, () => {
      this.#faults.delete(kind);
      this.#log.info({ fault: kind }, 'store: works again');
    });
  }
}
