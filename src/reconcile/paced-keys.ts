import type { Clock, Milliseconds, Timer } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { keyText } from './key.ts';

/** Which keys are held back for how long, and who gets them. */
export interface PacedKeysOptions {
  readonly clock: Clock;
  /** Least time from one time that a key is handed on to the next; undefined for a key that goes on at once, always. */
  readonly pauseOf: (key: Key) => Milliseconds | undefined;
  readonly onKeys: (keys: readonly Key[]) => void;
}

/** A key that was handed on a moment ago. */
interface Resting {
  readonly timer: Timer;
  isMarked: boolean;
}

/**
 * Hands keys on, some of them not too often: the first time at once, then as soon as the pause is over, once for all that
 * came meanwhile. It bounds what a thing may cost that changes all the time, and is dear to look at.
 */
export class PacedKeys {
  readonly #options: PacedKeysOptions;
  readonly #resting = new Map<string, Resting>();

  constructor(options: PacedKeysOptions) {
    this.#options = options;
  }

  mark(keys: readonly Key[]): void {
    const ready = keys.filter((key) => this.#isReady(key));
    if (ready.length > 0) this.#options.onKeys(ready);
  }

  /** Whether the key was marked, and waits for the end of its pause. */
  isHeld(key: Key): boolean {
    return this.#resting.get(keyText(key))?.isMarked ?? false;
  }

  /** Forgets the keys that wait. */
  stop(): void {
    for (const { timer } of this.#resting.values()) timer.cancel();
    this.#resting.clear();
  }

  #isReady(key: Key): boolean {
    const pause = this.#options.pauseOf(key);
    if (pause === undefined) return true;
    const resting = this.#resting.get(keyText(key));
    if (resting) resting.isMarked = true;
    else this.#rest(key, pause);
    return resting === undefined;
  }

  #rest(key: Key, pause: Milliseconds): void {
    const timer = this.#options.clock.after(pause, () => this.#wake(key));
    this.#resting.set(keyText(key), { timer, isMarked: false });
  }

  #wake(key: Key): void {
    const isMarked = this.isHeld(key);
    this.#resting.delete(keyText(key));
    if (isMarked) this.mark([key]);
  }
}
