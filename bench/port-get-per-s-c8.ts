import type { Figure } from './figure.ts';
import { runLoad } from './load/run-load.ts';

/** Reads of single ports a second for eight clients, over a thousand different ones. */
export const portGetPerSC8: Figure = {
  name: 'port_get_per_s_c8',
  unit: '/s',
  scope: 'api',
  async measure(bench) {
    const target = await bench.api();
    const ids = await target.ensurePorts(100);
    const paths = ids.slice(0, 1_000).map((id) => `/v2.0/ports/${id}`);
    const job = { method: 'GET', paths, concurrency: 8, seconds: 5 } as const;
    const { perSecond } = await runLoad(target, { ...job, requests: 1_000_000, warmUp: 2_000 });
    return perSecond;
  },
};
