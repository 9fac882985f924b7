import {
  type Backoff,
  type Clock,
  exponentialBackoff,
  type Milliseconds,
  milliseconds,
  type Timer,
} from '../base/index.ts';
import { type Key, keyText } from './key.ts';

/** A key that waits for its turn, and since when. */
export interface DirtyKey {
  readonly key: Key;
  readonly since: Milliseconds;
}

/** A key that was refused and waits for its next try. */
export interface DeferredKey extends DirtyKey {
  readonly attempts: number;
  readonly message: string;
  readonly dueAt: Milliseconds;
}

export interface DirtySetOptions {
  readonly clock: Clock;
  /** Runs when a deferred key has become due. */
  readonly onDue: () => void;
  readonly firstRetry?: Milliseconds;
  readonly retryCeiling?: Milliseconds;
  readonly random?: () => number;
}

/** Pause of a refused key, in ms, for each refused key there is: together they are tried once in 20 ms at most. */
const pausePerRefusal = 20;

/** A server's explanation may be as long as the rows that it is about. */
const longestMessage = 1_000;

interface Failure extends DeferredKey {
  readonly backoff: Backoff;
}

/** Keys to be reconciled: each at most once, in the order in which they became dirty, refused ones held back. */
export class DirtySet {
  readonly #options: DirtySetOptions;
  readonly #dirty = new Map<string, DirtyKey>();
  readonly #failures = new Map<string, Failure>();
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: DirtySetOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#dirty.size;
  }

  /** Keys that were refused, by the key's text. They stay here until they succeed. */
  get failures(): readonly DeferredKey[] {
    return [...this.#failures.values()];
  }

  /** Since when the oldest key waits; undefined when none does. */
  get oldest(): Milliseconds | undefined {
    for (const { since } of this.#dirty.values()) return since;
    return undefined;
  }

  /** Marks a key. A key that is held back after a refusal becomes due at once: what it stands for has changed. */
  mark(key: Key, since: Milliseconds = this.#options.clock.now()): void {
    const text = keyText(key);
    if (!this.#dirty.has(text)) this.#dirty.set(text, { key, since });
  }

  /** Whether the key waits for its turn; one that is held back after a refusal does not. */
  has(key: Key): boolean {
    return this.#dirty.has(keyText(key));
  }

  /** Takes up to `limit` keys out, oldest first. */
  take(limit: number): readonly DirtyKey[] {
    const taken: DirtyKey[] = [];
    for (const [text, dirty] of this.#dirty) {
      if (taken.length >= limit) break;
      this.#dirty.delete(text);
      taken.push(dirty);
    }
    return taken;
  }

  /** Whether the target refused the key the last time that it was tried. */
  wasRefused(key: Key): boolean {
    return this.#failures.has(keyText(key));
  }

  /** Forgets the refusals of a key that has got through. False where there were none. */
  succeed(key: Key): boolean {
    return this.#failures.delete(keyText(key));
  }

  /** Holds a refused key back, longer with each refusal in a row, and with each key that is refused besides. */
  defer({ key, since }: DirtyKey, message: string): DeferredKey {
    const text = keyText(key);
    const before = this.#failures.get(text);
    const backoff = before?.backoff ?? this.#newBackoff();
    const pause = Math.max(backoff.next(), this.#failures.size * pausePerRefusal);
    const dueAt = milliseconds(this.#options.clock.now() + pause);
    const attempts = (before?.attempts ?? 0) + 1;
    const failure: Failure = { key, since, attempts, message: message.slice(0, longestMessage), dueAt, backoff };
    this.#failures.set(text, failure);
    this.#arm(dueAt);
    return failure;
  }

  /** Stops the timer. The keys stay. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #newBackoff(): Backoff {
    const { firstRetry = milliseconds(500), retryCeiling = milliseconds(60_000), random } = this.#options;
    return exponentialBackoff({ first: firstRetry, ceiling: retryCeiling, ...(random ? { random } : {}) });
  }

  #arm(at: Milliseconds): void {
    if (at >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = at;
    this.#timer = this.#options.clock.after(milliseconds(Math.max(0, at - this.#options.clock.now())), () =>
      this.#fire(),
    );
  }

  #fire(): void {
    this.stop();
    const now = this.#options.clock.now();
    let nextAt = Number.POSITIVE_INFINITY;
    for (const failure of this.#failures.values()) {
      if (failure.dueAt <= now) this.mark(failure.key, failure.since);
      else nextAt = Math.min(nextAt, failure.dueAt);
    }
    if (nextAt < Number.POSITIVE_INFINITY) this.#arm(milliseconds(nextAt));
    this.#options.onDue();
  }
}
