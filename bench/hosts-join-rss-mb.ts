import type { Figure } from './figure.ts';
import { joinedHosts } from './joined-hosts.ts';

/** The most memory that the controller has resident while 1,000 hosts with 100 ports each join at once. */
export const hostsJoinRssMb: Figure = {
  name: 'hosts_join_rss_mb',
  unit: 'MB',
  scope: 'lab',
  measure: async (bench) => (await joinedHosts(bench)).megabytes,
};
