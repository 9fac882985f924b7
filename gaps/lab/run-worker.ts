import { parentPort } from 'node:worker_threads';
import { type Job, runChild } from './run-child.ts';

/** A thread of the pool in run-pool.ts: runs what it is sent, and sends back what it did. */
parentPort?.on('message', async ({ id, job }: { readonly id: number; readonly job: Job }) => {
  parentPort?.postMessage({ id, output: await runChild(job) });
});
