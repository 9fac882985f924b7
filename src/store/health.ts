import type { Log } from '../base/index.ts';

/**
 * - `disk`: what was to be written, or read, could not be; over as soon as a write succeeds again;
 * - `log`: the write-ahead log could not be moved into the file; over as soon as it could;
 * - `content`: the file is damaged; stays until the process has a good one.
 */
export type FaultKind = 'disk' | 'log' | 'content';

/** What is wrong with the database, for the operator. Each fault is logged when it comes, when it changes, and when it is over. */
export class StoreHealth {
  readonly #log: Log;
  readonly #faults = new Map<FaultKind, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  get reasons(): readonly string[] {
    return [...this.#faults.values()];
  }

  has(kind: FaultKind): boolean {
    return this.#faults.has(kind);
  }

  note(kind: FaultKind, reason: string): void {
    // Damage is met again and again, each time in other words: the first place that was found is enough.
    if (this.#faults.get(kind) === reason || (kind === 'content' && this.#faults.has(kind))) return;
    this.#faults.set(kind, reason);
    this.#log.error({ fault: kind }, `store: ${reason}`);
  }

  clear(kind: FaultKind): void {
    if (!this.#faults.delete(kind)) return;
    this.#log.info({ fault: kind }, 'store: works again');
  }
}
