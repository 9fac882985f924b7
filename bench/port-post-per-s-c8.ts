import type { Figure } from './figure.ts';
import { runLoad } from './load/run-load.ts';

/** Ports a second for eight clients, each durable before its answer. */
export const portPostPerSC8: Figure = {
  name: 'port_post_per_s_c8',
  unit: '/s',
  scope: 'api',
  async measure(bench) {
    const target = await bench.api();
    const job = { method: 'POST', paths: ['/v2.0/ports'], body: target.port, concurrency: 8 } as const;
    const { perSecond, p99Milliseconds } = await runLoad(target, { ...job, requests: 5_000, warmUp: 200 });
    bench.progress(`p99 ${p99Milliseconds.toFixed(1)} ms`);
    return perSecond;
  },
};
