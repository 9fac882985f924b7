import { type Milliseconds, milliseconds } from '../base/index.ts';
import type { StoreHealth } from './health.ts';

/** How a broken database is tried, so that its health says when it takes writes again. */
export interface WriteProbeOptions {
  readonly health: StoreHealth;
  /** Writes and flushes something without meaning; rejects while that can't be done. */
  readonly write: () => Promise<unknown>;
  /** From one try to the next. Default 1 s. */
  readonly interval?: Milliseconds;
}

/** Writes now and then while the disk is said to fail, so that the store becomes well again without a client's write. */
export function probeWhileFailing({ health, write, interval = milliseconds(1_000) }: WriteProbeOptions): {
  stop(): void;
} {
  let isRunning = false;
  const probe = async () => {
    if (isRunning || !health.has('disk')) return;
    isRunning = true;
    // A failure says the same again.
    await write().catch(() => {});
    isRunning = false;
  };
  const timer = setInterval(() => void probe(), interval).unref();
  return { stop: () => clearInterval(timer) };
}
