import { type FileHandle, open } from 'node:fs/promises';

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

/**
 * Flushes the log at `path` in libuv's threads. SQLite appends to this one file for as long as the database is open and
 * takes no locks on it, so that it does no harm to have it open a second time.
 */
export function logFlusher(path: string): LogFlusher {
  let file: Promise<FileHandle> | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let failure: unknown;
  const start = async () => {
    next = undefined;
    if (failure !== undefined) throw failure;
    try {
      file ??= open(path, 'r');
      await (await file).datasync();
    } catch (error) {
      failure = new Error(`flush ${path}`, { cause: error });
      throw failure;
    } finally {
      running = next;
    }
  };
  const flush = () => {
    if (!running) {
      running = start();
      return running;
    }
    next ??= running.then(start, start);
    return next;
  };
  return {
    flush,
    async close() {
      await running?.catch(() => {});
      await (await file?.catch(() => undefined))?.close();
      file = undefined;
    },
  };
}
