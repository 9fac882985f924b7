import type { Figure } from './figure.ts';
import { runLoad } from './load/run-load.ts';

/** How long one client waits for a port: validation, decision, and a flush to the disk. */
export const portPostP50MsC1: Figure = {
  name: 'port_post_p50_ms_c1',
  unit: 'ms',
  scope: 'api',
  async measure(bench) {
    const target = await bench.api();
    const job = { method: 'POST', paths: ['/v2.0/ports'], body: target.port, concurrency: 1 } as const;
    const { p50Milliseconds } = await runLoad(target, { ...job, requests: 1_000, warmUp: 100 });
    return p50Milliseconds;
  },
};
