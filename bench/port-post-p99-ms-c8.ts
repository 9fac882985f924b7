import type { Figure } from './figure.ts';
import { portPostLoad } from './port-post-load.ts';

/** What all but the slowest hundredth of those ports took. */
export const portPostP99MsC8: Figure = {
  name: 'port_post_p99_ms_c8',
  unit: 'ms',
  scope: 'api',
  measure: async (bench) => (await portPostLoad(bench)).p99Milliseconds,
};
