import { claimGrantedTimes } from './claim-granted.ts';
import type { Figure } from './figure.ts';
import { percentile } from './statistics.ts';

/** The same as the median, of the slowest in a hundred. */
export const claimGrantedP99Ms: Figure = {
  name: 'claim_granted_p99_ms',
  unit: 'ms',
  scope: 'lab',
  measure: async (bench) => percentile(await claimGrantedTimes(bench), 99),
};
