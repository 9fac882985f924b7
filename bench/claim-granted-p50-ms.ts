import { claimGrantedTimes } from './claim-granted.ts';
import type { Figure } from './figure.ts';
import { percentile } from './statistics.ts';

/** From a host's claim of an address until the intent that grants it has come; median. */
export const claimGrantedP50Ms: Figure = {
  name: 'claim_granted_p50_ms',
  unit: 'ms',
  scope: 'lab',
  measure: async (bench) => percentile(await claimGrantedTimes(bench), 50),
};
