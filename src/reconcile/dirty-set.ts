import {
  type Backoff,
  type Clock,
  exponentialBackoff,
  type Milliseconds,
  milliseconds,
  type Timer,
} from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { keyText } from './key.ts';

/** A key that waits for its turn, and since when. */
export interface DirtyKey {
  readonly key: Key;
  readonly since: Milliseconds;
  /** Nothing is known to have happened to it: a full scan looks at everything. */
  readonly isScanned?: boolean;
}

/** A key that was refused and waits for its next try. */
export interface DeferredKey extends DirtyKey {
  readonly attempts: number;
  readonly message: string;
  readonly dueAt: Milliseconds;
}

/** How keys that failed are deferred, and who hears when they are due again. */
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

/** One key in so many of a batch is of a full scan while there are any: changes without end would hold it up for ever. */
const scannedShare = 4;

interface Failure extends DeferredKey {
  readonly backoff: Backoff;
}

/**
 * Keys to be reconciled: each at most once, in the order in which they became dirty, refused ones held back. Changes
 * overtake the keys of a full scan, which may be a hundred thousand.
 */
export class DirtySet {
  readonly #options: DirtySetOptions;
  readonly #changed = new Map<string, DirtyKey>();
  /** None of these is among the changed. */
  readonly #scanned = new Map<string, DirtyKey>();
  readonly #failures = new Map<string, Failure>();
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: DirtySetOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#changed.size + this.#scanned.size;
  }

  /** Keys that were refused, by the key's text. They stay here until they succeed. */
  get failures(): readonly DeferredKey[] {
    return [...this.#failures.values()];
  }

  /** Since when the oldest key waits; undefined when none does. */
  get oldest(): Milliseconds | undefined {
    const [changed] = this.#changed.values();
    const [scanned] = this.#scanned.values();
    if (!changed || !scanned) return (changed ?? scanned)?.since;
    return milliseconds(Math.min(changed.since, scanned.since));
  }

  /** Marks a key that changed. One that is held back after a refusal becomes due at once: what it stands for has changed. */
  mark(key: Key): void {
    this.restore({ key, since: this.#options.clock.now() });
  }

  /** Marks a key that a full scan looks at: changes come before it. */
  markScanned(key: Key): void {
    this.restore({ key, since: this.#options.clock.now(), isScanned: true });
  }

  /** Has a key that was taken out wait again, behind those like it. */
  restore(dirty: DirtyKey): void {
    const text = keyText(dirty.key);
    if (this.#changed.has(text)) return;
    if (!dirty.isScanned) {
      this.#scanned.delete(text);
      this.#changed.set(text, dirty);
    } else if (!this.#scanned.has(text)) this.#scanned.set(text, dirty);
  }

  /** Whether the key waits for its turn; one that is held back after a refusal does not. */
  has(key: Key): boolean {
    const text = keyText(key);
    return this.#changed.has(text) || this.#scanned.has(text);
  }

  /**
   * Takes up to `limit` keys out: changes first, and in a quarter of the room keys of a scan; of each, oldest first. Only
   * changes may take more than a key's room.
   */
  take(limit: number, weightOf: (key: Key) => number = () => 1): readonly DirtyKey[] {
    const kept = Math.min(this.#scanned.size, Math.floor(limit / scannedShare));
    const changed = takeOldest(this.#changed, limit - kept, weightOf);
    return [...changed.keys, ...takeOldest(this.#scanned, limit - changed.weight, () => 1).keys];
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
  defer({ key, since, isScanned = false }: DirtyKey, message: string): DeferredKey {
    const text = keyText(key);
    const before = this.#failures.get(text);
    const backoff = before?.backoff ?? this.#newBackoff();
    const pause = Math.max(backoff.next(), this.#failures.size * pausePerRefusal);
    const dueAt = milliseconds(this.#options.clock.now() + pause);
    const attempts = (before?.attempts ?? 0) + 1;
    const said = message.slice(0, longestMessage);
    const failure: Failure = { key, since, isScanned, attempts, message: said, dueAt, backoff };
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
      if (failure.dueAt <= now) this.#retry(failure);
      else nextAt = Math.min(nextAt, failure.dueAt);
    }
    if (nextAt < Number.POSITIVE_INFINITY) this.#arm(milliseconds(nextAt));
    this.#options.onDue();
  }

  #retry({ key, since, isScanned }: Failure): void {
    this.restore({ key, since, isScanned: isScanned ?? false });
  }
}

function takeOldest(keys: Map<string, DirtyKey>, limit: number, weightOf: (key: Key) => number) {
  const taken: DirtyKey[] = [];
  let weight = 0;
  for (const [text, dirty] of keys) {
    if (weight >= limit) break;
    weight += weightOf(dirty.key);
    taken.push(dirty);
    keys.delete(text);
  }
  return { keys: taken, weight };
}
