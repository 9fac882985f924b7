import { fanout } from './fanout.ts';
import type { Figure } from './figure.ts';

/** How long another client's GET of a port takes while one subnet change after another goes out to 500 hosts. */
export const fanoutGetP99Ms: Figure = {
  name: 'fanout_get_p99_ms',
  unit: 'ms',
  scope: 'lab',
  measure: async (bench) => (await fanout(bench)).reads.p99Milliseconds,
};
