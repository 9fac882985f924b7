import { type Clock, type Log, milliseconds, systemClock, type Timer } from '../base/index.ts';

/**
 * - `disk`: what was to be written, or read, could not be; over when writes succeed again;
 * - `log`: the write-ahead log could not be moved into the file; over when it can be;
 * - `content`: the file is damaged; stays until the process has a good one;
 * - `server`: PostgreSQL can't be reached, does not answer, or refuses the user; over when it answers;
 * - `connections`: PostgreSQL takes no more connections; over when it does;
 * - `read-only`: PostgreSQL takes no writes; over when it does.
 */
export type FaultKind = 'disk' | 'log' | 'content' | 'server' | 'connections' | 'read-only';

interface Fault {
  reason: string;
  /** All topics that were logged. */
  readonly said: Set<string>;
  /** Runs since the first success after the newest failure. */
  recovery?: Timer | undefined;
}

/**
 * A disk that is nearly full takes one write and refuses the next, and so does a server with its connections: only after so
 * long without a failure they are well again.
 */
const recoveryTime = milliseconds(3_000);

/** Faults that come to their end at once. */
const cleanEnds: ReadonlySet<FaultKind> = new Set(['server', 'read-only']);

/** What is wrong with the database, for the operator. Each fault is logged when it comes, for each new topic, and when it is over. */
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

  /** Reasons that say the same in other words share a topic. */
  note(kind: FaultKind, reason: string, topic = reason): void {
    const fault = this.#faults.get(kind) ?? { reason, said: new Set() };
    this.#faults.set(kind, fault);
    fault.recovery?.cancel();
    fault.recovery = undefined;
    if (fault.said.has(topic)) return;
    fault.reason = reason;
    fault.said.add(topic);
    this.#log.error({ fault: kind }, `store: ${reason}`);
  }

  /** To be called after each success. Most faults end when no failure follows for a while, a few at once. */
  noteSuccess(kind: FaultKind): void {
    const fault = this.#faults.get(kind);
    if (!fault) return;
    if (cleanEnds.has(kind)) this.#end(kind);
    else fault.recovery ??= this.#clock.after(recoveryTime, () => this.#end(kind));
  }

  #end(kind: FaultKind): void {
    this.#faults.delete(kind);
    this.#log.info({ fault: kind }, 'store: works again');
  }
}
