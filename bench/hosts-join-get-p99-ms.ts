import type { Figure } from './figure.ts';
import { joinedHosts } from './joined-hosts.ts';

/** How long another client's GET of a port takes while 1,000 hosts join at once; 100 a second, from when each is due. */
export const hostsJoinGetP99Ms: Figure = {
  name: 'hosts_join_get_p99_ms',
  unit: 'ms',
  scope: 'lab',
  measure: async (bench) => (await joinedHosts(bench)).reads.p99Milliseconds,
};
