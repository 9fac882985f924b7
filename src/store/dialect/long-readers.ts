import type { Log } from '../../base/index.ts';
import { StoreUnavailable } from '../unavailable.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/** How long the write-ahead log may become, and what is done about it. */
export interface LogLimits {
  /** From here on it is to start over, and to this it is cut when it had to be longer. */
  readonly longBytes: number;
  /** From here on readers that hold it back are broken off, and SQLite's own checkpoints stand in for the checkpointer's. */
  readonly overlongBytes: number;
  /** The time that a reader may take even then: most are much quicker. */
  readonly readerMilliseconds: number;
}

/** The log is long from 64 MiB on and overlong from 256 MiB on; a reader is long after 10 s. */
export const defaultLogLimits: LogLimits = {
  longBytes: 64 * 1_024 * 1_024,
  overlongBytes: 256 * 1_024 * 1_024,
  readerMilliseconds: 10_000,
};

/**
 * The log can't start over while a reader still sees an old moment of it: it grows for as long as somebody reads a list.
 * When it has become overlong, readers that have taken long are broken off.
 */
export class LongReaders {
  readonly #limits: LogLimits;
  readonly #log: Log;
  /** Since when, by the monotonic clock. */
  readonly #reading = new Map<SqliteConnection, number>();
  #isOverlong = false;

  constructor(limits: LogLimits, log: Log) {
    this.#limits = limits;
    this.#log = log;
  }

  enter(connection: SqliteConnection): void {
    connection.mend();
    this.#reading.set(connection, performance.now());
  }

  leave(connection: SqliteConnection): void {
    this.#reading.delete(connection);
  }

  /** Hears how long the log was when as much of it as could be was moved into the file. */
  onLog(bytes: number): void {
    const { overlongBytes, readerMilliseconds } = this.#limits;
    const wasOverlong = this.#isOverlong;
    this.#isOverlong = bytes > overlongBytes;
    if (!this.#isOverlong) return;
    const latest = performance.now() - readerMilliseconds;
    const old = [...this.#reading].filter(([, since]) => since <= latest);
    for (const [connection] of old) {
      this.leave(connection);
      connection.breakOff(brokenOff(bytes));
    }
    if (old.length > 0)
      this.#log.warn({ bytes, readers: old.length }, 'store: reads that held back the log were broken off');
    else if (!wasOverlong)
      this.#log.warn(
        { bytes },
        'store: the log can not start over: somebody, perhaps another process, still reads the database',
      );
  }
}

function brokenOff(bytes: number): Error {
  const cause = new Error(`the log of the database has grown to ${bytes} bytes meanwhile`);
  return new StoreUnavailable(cause, { told: 'a read that took long was broken off' });
}
