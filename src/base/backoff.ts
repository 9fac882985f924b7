import { type Milliseconds, milliseconds } from './duration.ts';

/** Says how long to wait before the next try. */
export interface Backoff {
  next(): Milliseconds;
  /** Call after a success: the next failure starts from the first delay again. */
  reset(): void;
}

/** The first and the longest pause between tries. */
export interface BackoffOptions {
  readonly first: Milliseconds;
  readonly ceiling: Milliseconds;
  /** Injected so that tests are deterministic. A number in [0, 1). */
  readonly random?: () => number;
}

/** Doubles up to the ceiling, with a jitter of half the delay so that many clients don't come back in step. */
export function exponentialBackoff({ first, ceiling, random = Math.random }: BackoffOptions): Backoff {
  let delay: number = first;
  return {
    next() {
      const wait = delay / 2 + (delay / 2) * random();
      delay = Math.min(delay * 2, ceiling);
      return milliseconds(wait);
    },
    reset() {
      delay = first;
    },
  };
}
