import type { Milliseconds } from '../base/index.ts';

/** Lets `burst` things pass at once, and `perSecond` in the long run. */
export interface TokenBucketOptions {
  readonly burst: number;
  readonly perSecond: number;
}

/** Limits a rate: it starts full, and earns tokens with time up to its size. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #filledAt: number;

  constructor(options: TokenBucketOptions, now: Milliseconds) {
    this.#options = options;
    this.#tokens = options.burst;
    this.#filledAt = now;
  }

  /** Whether one more may pass. */
  take(now: Milliseconds): boolean {
    const { burst, perSecond } = this.#options;
    const earned = (Math.max(0, now - this.#filledAt) / 1000) * perSecond;
    this.#tokens = Math.min(burst, this.#tokens + earned);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
