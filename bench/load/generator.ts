/**
 * Sends requests as fast as they are answered and prints what it saw: a process of its own, so that the work of asking
 * is not counted with the work of answering. Standard input: a `LoadJob` in JSON. Prints a `LoadResult`.
 */
import { text } from 'node:stream/consumers';
import { Pool } from 'undici';
import { percentile } from '../statistics.ts';
import type { LoadJob, LoadResult } from './job.ts';

const job = JSON.parse(await text(process.stdin)) as LoadJob;
const pool = new Pool(job.baseUrl, {
  connections: job.concurrency,
  ...(job.socketPath === undefined ? {} : { socketPath: job.socketPath }),
});
await run({ ...job, requests: job.warmUp });
process.stdout.write(`${JSON.stringify(await run(job))}\n`);
await pool.close();

async function run({ concurrency, requests, seconds }: LoadJob): Promise<LoadResult> {
  const times: number[] = [];
  const failures: Record<string, number> = {};
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  let sent = 0;
  const worker = async () => {
    while (sent < requests && performance.now() < end) {
      const path = job.paths[sent % job.paths.length] ?? '/';
      sent += 1;
      const start = performance.now();
      const outcome = await ask(path);
      times.push(performance.now() - start);
      if (outcome !== undefined) failures[outcome] = (failures[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return {
    requests: times.length,
    perSecond: times.length / ((performance.now() - begin) / 1_000),
    p50Milliseconds: percentile(times, 50),
    p99Milliseconds: percentile(times, 99),
    failures,
  };
}

/**
 * Undefined after a success, else what came instead; settled after the last byte of the body. By undici's handlers,
 * whose streams would cost half of a core at the rates that are measured here.
 */
function ask(path: string): Promise<string | undefined> {
  const { method, headers, body = null } = job;
  return new Promise((resolve) => {
    let status = 0;
    let refusal = '';
    pool.dispatch(
      { path, method, headers, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          if (status >= 300) refusal += chunk.toString();
        },
        onResponseEnd() {
          resolve(status < 300 ? undefined : `${status} ${refusal.slice(0, 200)}`);
        },
        onResponseError(_controller, error) {
          resolve(String(error));
        },
      },
    );
  });
}
