import type { Resource } from '../../kit/index.ts';
import { type Network, networkTable } from '../network/network.ts';
import { networkIpAvailabilityDefinition } from './network-ip-availability.ts';

/**
 * Serves `/v2.0/network-ip-availabilities` to administrators: each network as what there is of addresses on its subnets, and
 * what is in use. It has the rows of networks, and their ids.
 */
export const networkIpAvailabilityResource: Resource<Network, object> = {
  table: networkTable,
  definition: networkIpAvailabilityDefinition,
  extensions: [
    {
      alias: 'network-ip-availability',
      name: 'Network IP Availability',
      description: 'Provides IP availability data for each network and subnet.',
      updated: '2015-09-24T00:00:00-00:00',
    },
  ],
  policy: { get: 'admin' },
  visibleTo: () => ({ kind: 'any', of: [] }),
};
