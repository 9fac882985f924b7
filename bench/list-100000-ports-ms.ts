import { parseEndpoint } from '../src/client/index.ts';
import type { Figure } from './figure.ts';
import { runLoad } from './load/run-load.ts';

/** From asking a controller of 1,000 hosts for all its 100,000 ports to the last byte of them. */
export const list100000PortsMs: Figure = {
  name: 'list_100000_ports_ms',
  unit: 'ms',
  scope: 'lab',
  async measure(bench) {
    const site = await bench.largeSite();
    const endpoint = parseEndpoint(site.endpoint);
    if (!endpoint) throw new Error(`not an endpoint: ${site.endpoint}`);
    const target = { endpoint, token: undefined };
    const load = {
      method: 'GET',
      paths: ['/v2.0/ports'],
      concurrency: 1,
      requests: 3,
      warmUp: 1,
      seconds: 120,
    } as const;
    const { p50Milliseconds } = await runLoad(target, load);
    return p50Milliseconds;
  },
};
