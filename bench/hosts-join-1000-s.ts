import type { Figure } from './figure.ts';
import { joinedHosts } from './joined-hosts.ts';

/** From the first connection of 1,000 hosts with 100 ports each, all at once, until each was told what its ports are. */
export const hostsJoin1000S: Figure = {
  name: 'hosts_join_1000_s',
  unit: 's',
  scope: 'lab',
  measure: async (bench) => (await joinedHosts(bench)).seconds,
};
