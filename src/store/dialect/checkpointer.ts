import { Worker } from 'node:worker_threads';
import { type Milliseconds, milliseconds } from '../../base/index.ts';
import type { CheckpointResult } from './checkpoint-worker.ts';

/** Moves what the write-ahead log holds into the database's file, beside the event loop. */
export interface Checkpointer {
  /** Tells that something was committed: it is moved within `pause`, together with what follows. */
  noteCommit(): void;
  /** Resolves when a transaction may begin that writes. */
  mayWrite(): Promise<void>;
  close(): Promise<void>;
}

/** When SQLite's write-ahead log is moved to the database, and the callbacks for its outcome. */
export interface CheckpointerOptions {
  /** The log could not be moved. It is tried again. */
  readonly onError: (error: Error) => void;
  /** Called when as much of the log was moved as readers allow; the log held so many bytes by then. */
  readonly onSuccess?: (logBytes: number) => void;
  /** From a commit to the checkpoint. Default 500 ms: a page that is written again and again is moved once. */
  readonly pause?: Milliseconds;
  /** From a failure to the next try. Default 2 s. */
  readonly retryPause?: Milliseconds;
  /**
   * Bytes in the log from which on it is to start over, which it can only when nothing of it is left to be moved.
   * Default 64 MiB: at full speed it is reached every other second.
   */
  readonly longLogBytes?: number;
}

/** It runs one statement; V8 would set aside much more. */
const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };

/**
 * Checkpoints in a thread of its own: SQLite's automatic ones run within a commit and hold up the event loop for some
 * 10 ms each, a third of all the time that writing takes. Under steady load pages are always added while a checkpoint
 * runs, so when the log has become long, the writer is held for one more that moves these few: the next commit then finds
 * nothing left to be moved, and starts the log over. That spares the disk, too: what is written over takes half the time of
 * what makes the file longer. The thread starts with the first commit, and again some time after it failed; meanwhile
 * SQLite's own checkpoints bound the log.
 */
export function checkpointer(path: string, options: CheckpointerOptions): Checkpointer {
  const { pause = milliseconds(500), retryPause = milliseconds(2_000), longLogBytes = 64 * 1_024 * 1_024 } = options;
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let isBehind = false;
  let hold: PromiseWithResolvers<void> | undefined;
  const start = () => {
    const url = new URL('./checkpoint-worker.ts', import.meta.url);
    const started = new Worker(url, { workerData: path, resourceLimits });
    started.on('message', (result: CheckpointResult) => onDone(result));
    started.on('error', (error) => {
      worker = undefined;
      isRunning = false;
      release();
      schedule(retryPause);
      options.onError(error);
    });
    // After the listeners, which would keep the process alive.
    started.unref();
    return started;
  };
  const request = () => {
    timer = undefined;
    isRunning = true;
    isBehind = false;
    worker ??= start();
    worker.postMessage('checkpoint');
  };
  const release = () => {
    hold?.resolve();
    hold = undefined;
  };
  const onDone = ({ logBytes }: CheckpointResult) => {
    if (!hold && logBytes > longLogBytes) {
      hold = Promise.withResolvers();
      request();
      return;
    }
    release();
    isRunning = false;
    options.onSuccess?.(logBytes);
    if (isBehind) schedule(pause);
  };
  const schedule = (time: Milliseconds) => {
    timer ??= setTimeout(request, time).unref();
  };
  return {
    noteCommit() {
      isBehind = true;
      if (!isRunning) schedule(pause);
    },
    async mayWrite() {
      await hold?.promise;
    },
    async close() {
      clearTimeout(timer);
      await worker?.terminate();
      release();
    },
  };
}
