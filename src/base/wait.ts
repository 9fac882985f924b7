import { setTimeout as delay } from 'node:timers/promises';
import { type Milliseconds, milliseconds } from './duration.ts';

/** How long to look for something, and how often. */
export interface WaitOptions {
  /** How long to keep looking. Default 10 s. */
  readonly within?: Milliseconds;
  /** Pause between looks. Default 20 ms. */
  readonly every?: Milliseconds;
}

/**
 * Looks again and again until `probe` answers something other than undefined or false, and returns that.
 * Throws an error that names `what` when the time is over, with the last error of the probe as its cause.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { within = milliseconds(10_000), every = milliseconds(20) }: WaitOptions = {},
): Promise<T> {
  const end = performance.now() + within;
  let cause: unknown;
  for (;;) {
    try {
      const seen = await probe();
      if (seen !== undefined && seen !== false) return seen;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= end) throw new Error(`waited ${within} ms in vain for ${what}`, { cause });
    await delay(every);
  }
}
