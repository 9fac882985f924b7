import { claimAddresses } from './claims.ts';
import type { Figure } from './figure.ts';

/** Claims that a controller grants in a second, of 100 hosts that have 400 under way at a time. */
export const claimsPerS100Hosts: Figure = {
  name: 'claims_per_s_100_hosts',
  unit: '1/s',
  scope: 'lab',
  async measure(bench) {
    const { granted, seconds } = await claimAddresses(bench, 100, { count: 20_000, atOnce: 400 });
    return granted / seconds;
  },
};
