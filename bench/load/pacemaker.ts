/**
 * Sends requests at a steady rate, whether or not those before were answered, until its standard input ends; then it prints
 * what it saw. An answer's time counts from when its request was due: a server that stands still is measured as long as it
 * does. Standard input: a `PaceJob` in JSON, on one line. Prints an empty line when it begins, after the warm-up, and a
 * `PaceResult` at the end.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { percentile } from '../statistics.ts';
import type { PaceJob, PaceResult } from './job.ts';

/** No answer by then is counted as a failure. */
const longestWait = 30_000;

const lines = createInterface({ input: process.stdin });
const [line] = await once(lines, 'line');
const { baseUrl, socketPath, headers, method, paths, body = null, perSecond, warmUp } = JSON.parse(line) as PaceJob;
const pool = new Pool(baseUrl, {
  connections: 256,
  headersTimeout: longestWait,
  bodyTimeout: longestWait,
  ...(socketPath === undefined ? {} : { socketPath }),
});
const times: number[] = [];
const failures: Record<string, number> = {};
const underWay = new Set<Promise<void>>();
let isOver = false;
lines.once('close', () => {
  isOver = true;
});
for (let count = 0; count < warmUp; count += 1) await ask(paths[count % paths.length] ?? '/', performance.now());
times.length = 0;
process.stdout.write('\n');
await sendAll();
await Promise.all(underWay);
process.stdout.write(`${JSON.stringify(result())}\n`);
await pool.close();

async function sendAll(): Promise<void> {
  const begin = performance.now();
  for (let count = 0; !isOver; count += 1) {
    const dueAt = begin + (count * 1_000) / perSecond;
    if (dueAt > performance.now()) await delay(dueAt - performance.now());
    const asked = ask(paths[count % paths.length] ?? '/', dueAt).finally(() => underWay.delete(asked));
    underWay.add(asked);
  }
}

async function ask(path: string, dueAt: number): Promise<void> {
  const outcome = await pool.request({ path, method, headers, body }).then(
    async ({ statusCode, body: answer }) => {
      const text = await answer.text();
      return statusCode < 300 ? undefined : `${statusCode} ${text.slice(0, 200)}`;
    },
    (error: unknown) => String(error),
  );
  times.push(performance.now() - dueAt);
  if (outcome !== undefined) failures[outcome] = (failures[outcome] ?? 0) + 1;
}

function result(): PaceResult {
  return {
    requests: times.length,
    p50Milliseconds: percentile(times, 50),
    p99Milliseconds: percentile(times, 99),
    longestMilliseconds: percentile(times, 100),
    failures,
  };
}
