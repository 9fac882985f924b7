import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Milliseconds, milliseconds } from '../../base/index.ts';

const fdatasyncInThreads = promisify(fdatasync);

/** Brings SQLite's write-ahead log to stable storage. */
export interface LogFlusher {
  /**
   * Resolves when everything that was in the log at the time of the call is on stable storage. Calls that come while the
   * disk works share the next flush. After a failure every call fails: the kernel may have dropped what it could
   * not write, and a later flush would succeed without it.
   */
  readonly flush: () => Promise<void>;
  close(): Promise<void>;
}

/** From here on it costs less to hand a flush to another thread, and to hear of its end, than to wait for it. */
const slowFlush: Milliseconds = milliseconds(5);

/** Flushes that the average looks back on, about. */
const memory = 16;

/**
 * Flushes the log at `path`. SQLite appends to this one file for as long as the database is open and takes no locks on
 * it, so that it does no harm to have it open a second time. While the disk takes less than `slow` on average, the event
 * loop waits for it; a slower one works in libuv's threads, beside the loop.
 */
export function logFlusher(path: string, slow: Milliseconds = slowFlush): LogFlusher {
  let file: number | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let failure: Error | undefined;
  let average = 0;
  const run = async (isSlow: boolean) => {
    try {
      file ??= openSync(path, 'r');
      const start = performance.now();
      if (isSlow) await fdatasyncInThreads(file);
      else fdatasyncSync(file);
      average += (performance.now() - start - average) / memory;
    } catch (error) {
      failure = new Error(`flush ${path}`, { cause: error });
      throw failure;
    }
  };
  const start = () => {
    running = undefined;
    next = undefined;
    if (failure) return Promise.reject(failure);
    const isSlow = average >= slow;
    const flushed = run(isSlow);
    if (isSlow) {
      running = flushed;
      const end = () => {
        if (!next) running = undefined;
      };
      flushed.then(end, end);
    }
    return flushed;
  };
  return {
    flush() {
      if (!running) return start();
      next ??= running.then(start, start);
      return next;
    },
    async close() {
      await (next ?? running)?.catch(() => {});
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
