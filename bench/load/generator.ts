/**
 * Sends requests as fast as they are answered and prints what it saw: a process of its own, so that the work of asking
 * is not counted with the work of answering. Argument: a `LoadJob` in JSON. Prints a `LoadResult`.
 */
import { Pool } from 'undici';
import { percentile } from '../statistics.ts';
import type { LoadJob, LoadResult } from './job.ts';

const job = JSON.parse(process.argv[2] ?? '') as LoadJob;
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

/** Undefined after a success, else what came instead. The whole body is read: a list is not there before. */
async function ask(path: string): Promise<string | undefined> {
  try {
    const { method, headers, body = null } = job;
    const answer = await pool.request({ path, method, headers, body });
    if (answer.statusCode < 300) {
      for await (const _ of answer.body);
      return undefined;
    }
    return `${answer.statusCode} ${(await answer.body.text()).slice(0, 200)}`;
  } catch (error) {
    return String(error);
  }
}
