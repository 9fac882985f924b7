import type { Figure } from './figure.ts';
import { portPostLoadOvnNiced } from './port-post-load.ts';

/** As `port_post_p99_ms_c8`, with OVN leaving the processors to the API. */
export const portPostP99MsC8OvnNiced: Figure = {
  name: 'port_post_p99_ms_c8_ovn_niced',
  unit: 'ms',
  scope: 'lab',
  measure: async (bench) => (await portPostLoadOvnNiced(bench)).p99Milliseconds,
};
