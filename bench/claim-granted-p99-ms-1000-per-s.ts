import { claimAddresses } from './claims.ts';
import type { Figure } from './figure.ts';
import { percentile } from './statistics.ts';

/** From when a claim is due until it is granted, at 1,000 claims a second of 100 hosts; of the slowest in a hundred. */
export const claimGrantedP99Ms1000PerS: Figure = {
  name: 'claim_granted_p99_ms_1000_per_s',
  unit: 'ms',
  scope: 'lab',
  async measure(bench) {
    const { times } = await claimAddresses(bench, 100, { count: 10_000, perSecond: 1_000 });
    return percentile(times, 99);
  },
};
