import { type ApiTarget, openApiTarget } from './api-target.ts';
import type { Bench } from './figure.ts';
import type { LoadResult } from './load/job.ts';
import { runLoad } from './load/run-load.ts';
import { awayNiceness } from './site.ts';

const runs = new WeakMap<ApiTarget, Promise<LoadResult>>();
const nicedRuns = new WeakMap<Bench, Promise<LoadResult>>();

/** 5,000 ports made by eight clients: one run for all figures that are read off it. */
export async function portPostLoad(bench: Bench): Promise<LoadResult> {
  const target = await bench.api();
  const run = runs.get(target) ?? postPorts(target);
  runs.set(target, run);
  return await run;
}

/** The same in a lab of its own, whose OVN is niced. */
export async function portPostLoadOvnNiced(bench: Bench): Promise<LoadResult> {
  const run = nicedRuns.get(bench) ?? postPortsOvnNiced(bench);
  nicedRuns.set(bench, run);
  return await run;
}

async function postPortsOvnNiced(bench: Bench): Promise<LoadResult> {
  const site = await bench.openSite({ ovnNiceness: awayNiceness });
  try {
    const target = await openApiTarget({ endpoint: site.sextant.endpoint });
    const result = await postPorts(target);
    await target.client.close();
    return result;
  } finally {
    await site.close();
  }
}

/** A thousand come first, until the programs on both sides are compiled: a service that is measured has been running. */
function postPorts(target: ApiTarget): Promise<LoadResult> {
  const job = { method: 'POST', paths: ['/v2.0/ports'], body: target.port, concurrency: 8 } as const;
  return runLoad(target, { ...job, requests: 5_000, warmUp: 1_000 });
}
