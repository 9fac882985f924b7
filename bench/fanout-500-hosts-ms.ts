import { fanout } from './fanout.ts';
import type { Figure } from './figure.ts';
import { percentile } from './statistics.ts';

/** From the request that changes a subnet until the last of its 1,000 ports was told to one of its 500 hosts; median. */
export const fanout500HostsMs: Figure = {
  name: 'fanout_500_hosts_ms',
  unit: 'ms',
  scope: 'lab',
  measure: async (bench) => percentile((await fanout(bench)).times, 50),
};
