/**
 * The thread of a `Checkpointer`. Its `workerData` is the database's path; each message asks for one checkpoint, and is
 * answered with a `CheckpointResult` when that is over.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

export interface CheckpointResult {
  /** In the log, and how many of them are in the database's file by now. */
  readonly logPages: number;
  readonly movedPages: number;
}

const database = new Database(workerData as string);
// As the writer: the log is flushed before its pages go into the file, and the file before the log is used anew.
database.pragma('synchronous = NORMAL');
parentPort?.on('message', () => {
  // PASSIVE never waits for a reader or the writer; what they still need is left for the next time.
  const [row] = database.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
  parentPort?.postMessage({ logPages: row?.log ?? 0, movedPages: row?.checkpointed ?? 0 } satisfies CheckpointResult);
});
