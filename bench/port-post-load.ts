import type { ApiTarget } from './api-target.ts';
import type { Bench } from './figure.ts';
import type { LoadResult } from './load/job.ts';
import { runLoad } from './load/run-load.ts';

const runs = new WeakMap<ApiTarget, Promise<LoadResult>>();

/**
 * 5,000 ports made by eight clients: one run for all figures that are read off it. A thousand come first, until the
 * programs on both sides are compiled: the service that is measured has been running for a while.
 */
export async function portPostLoad(bench: Bench): Promise<LoadResult> {
  const target = await bench.api();
  const job = { method: 'POST', paths: ['/v2.0/ports'], body: target.port, concurrency: 8 } as const;
  const run = runs.get(target) ?? runLoad(target, { ...job, requests: 5_000, warmUp: 1_000 });
  runs.set(target, run);
  return await run;
}
