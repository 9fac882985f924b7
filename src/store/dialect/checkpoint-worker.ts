/**
 * The thread of a `Checkpointer`. Its `workerData` is the database's path; each message asks for one checkpoint, and is
 * answered with a `CheckpointResult` when that is over.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

/** The answer of the worker for one checkpoint. */
export interface CheckpointResult {
  /** Bytes that the log held when the checkpoint began. */
  readonly logBytes: number;
}

const database = new Database(workerData as string);
// As the writer: the log is flushed before its pages go into the file, and the file before the log is used anew.
database.pragma('synchronous = NORMAL');
const pageSize = database.pragma('page_size', { simple: true }) as number;
parentPort?.on('message', () => {
  // PASSIVE never waits for a reader or the writer; what they still need is left for the next time.
  const [row] = database.pragma('wal_checkpoint(PASSIVE)') as { log: number }[];
  parentPort?.postMessage({ logBytes: pageSize * (row?.log ?? 0) } satisfies CheckpointResult);
});
