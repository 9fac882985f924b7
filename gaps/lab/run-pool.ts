import { Worker } from 'node:worker_threads';
import type { Job } from './run-child.ts';
import type { Output } from './types.ts';

/**
 * Threads that start processes. Starting one blocks its thread until the new program runs, which on a busy machine takes
 * 30 ms and more: thousands of them in the main thread would hold everything else up.
 */
const threads = 4;

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, (output: Output) => void>;
}

const pool: Thread[] = [];
let nextId = 0;

/** Runs a command to its end on the thread that has least to do. */
export function runPooled(job: Job): Promise<Output> {
  const thread = leastBusy();
  const id = nextId++;
  return new Promise((resolve) => {
    thread.worker.ref(); // the process lives on as long as something is awaited
    thread.pending.set(id, resolve);
    thread.worker.postMessage({ id, job });
  });
}

function leastBusy(): Thread {
  const idle = pool.find(({ pending }) => pending.size === 0);
  if (idle) return idle;
  if (pool.length < threads) return startThread();
  return pool.reduce((best, thread) => (thread.pending.size < best.pending.size ? thread : best));
}

function startThread(): Thread {
  const worker = new Worker(new URL('./run-worker.ts', import.meta.url));
  const thread: Thread = { worker, pending: new Map() };
  worker.on('message', ({ id, output }: { readonly id: number; readonly output: Output }) => {
    thread.pending.get(id)?.(output);
    thread.pending.delete(id);
    if (thread.pending.size === 0) worker.unref();
  });
  pool.push(thread);
  return thread;
}
