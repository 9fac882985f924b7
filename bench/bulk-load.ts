import type { ApiTarget } from './api-target.ts';
import type { Bench } from './figure.ts';
import type { PaceResult } from './load/job.ts';
import { keepPace } from './load/keep-pace.ts';
import { runLoad } from './load/run-load.ts';

/** How fast ports are made in bulk, and what another client waits meanwhile. */
export interface BulkLoad {
  readonly portsPerSecond: number;
  /** Of another client, which makes a port every 20 ms meanwhile. */
  readonly waits: PaceResult;
}

const ports = 10_000;

const runs = new WeakMap<ApiTarget, Promise<BulkLoad>>();

/** 10,000 ports in one request, after some of 500, while another client makes single ports: one run for both figures. */
export async function bulkLoad(bench: Bench): Promise<BulkLoad> {
  const target = await bench.api();
  const run = runs.get(target) ?? measure(target, bench);
  runs.set(target, run);
  return await run;
}

async function measure(target: ApiTarget, { progress }: Bench): Promise<BulkLoad> {
  const inSmall = await millisecondsPerPort(target, 500, 4);
  const pace = await keepPace({ ...target, paths: ['/v2.0/ports'], body: target.port, perSecond: 50 });
  const inLarge = await millisecondsPerPort(target, ports, 1);
  const waits = await pace.stop();
  const [failure] = Object.keys(waits.failures);
  if (failure !== undefined) throw new Error(`POST of one port failed: ${failure}`);
  progress(`${inSmall.toFixed(2)} ms for each port of 500, ${inLarge.toFixed(2)} of ${ports}`);
  progress(`others waited ${waits.p50Milliseconds.toFixed(0)} ms at the median of ${waits.requests}`);
  progress(`and ${waits.longestMilliseconds.toFixed(0)} ms at most`);
  return { portsPerSecond: 1_000 / inLarge, waits };
}

async function millisecondsPerPort(target: ApiTarget, count: number, requests: number): Promise<number> {
  const body = { ports: Array.from({ length: count }, () => target.port.port) };
  const load = {
    method: 'POST',
    paths: ['/v2.0/ports'],
    body,
    concurrency: 1,
    requests,
    warmUp: 0,
    seconds: 120,
  } as const;
  return (await runLoad(target, load)).p50Milliseconds / count;
}
