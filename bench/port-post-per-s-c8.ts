import type { Figure } from './figure.ts';
import { portPostLoad } from './port-post-load.ts';

/** Ports a second for eight clients, each durable before its answer. */
export const portPostPerSC8: Figure = {
  name: 'port_post_per_s_c8',
  unit: '/s',
  scope: 'api',
  measure: async (bench) => (await portPostLoad(bench)).perSecond,
};
