import type { Figure } from './figure.ts';
import { portPostLoadOvnNiced } from './port-post-load.ts';

/** As `port_post_per_s_c8`, with OVN leaving the processors to the API: what that figure pays for one machine. */
export const portPostPerSC8OvnNiced: Figure = {
  name: 'port_post_per_s_c8_ovn_niced',
  unit: '/s',
  scope: 'lab',
  measure: async (bench) => (await portPostLoadOvnNiced(bench)).perSecond,
};
