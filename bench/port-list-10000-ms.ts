import type { Figure } from './figure.ts';
import { runLoad } from './load/run-load.ts';

/** From asking for 10,000 ports to the last byte of them. */
export const portList10000Ms: Figure = {
  name: 'port_list_10000_ms',
  unit: 'ms',
  scope: 'api',
  async measure(bench) {
    const target = await bench.api();
    await target.ensurePorts(10_000);
    const paths = ['/v2.0/ports'];
    const { p50Milliseconds } = await runLoad(target, { method: 'GET', paths, concurrency: 1, requests: 9, warmUp: 2 });
    return p50Milliseconds;
  },
};
