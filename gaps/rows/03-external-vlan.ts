import type { Row } from '../contract.ts';
import { needOfApi } from '../workbench/requests.ts';

/** A provider network brings an upstream router's own RA to guests. It begins with a VLAN that an administrator maps. */
export const externalVlan: Row = {
  id: '3',
  title: 'IPv6 external L2 VLAN directly attached to a VM',
  claim:
    'Guests on a provider VLAN configure themselves from the upstream router’s RA, the API shows that very address, the upstream is reached, and nobody else’s RA is delivered.',
  source: ['Networking API v2.0, provider extension', 'RFC 4861 §6.3.4', 'RFC 6105'],
  async check(context) {
    const { cloud, tag } = context;
    await needOfApi(context, {
      part: 'a VLAN provider network',
      path: '/v2.0/networks',
      as: cloud.admin,
      body: {
        network: {
          name: tag,
          'provider:network_type': 'vlan',
          'provider:physical_network': 'physnet1',
          'provider:segmentation_id': 103,
        },
      },
    });
  },
};
