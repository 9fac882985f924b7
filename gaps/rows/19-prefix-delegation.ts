import type { Row } from '../contract.ts';
import { needOfApi } from '../workbench/requests.ts';
import { createWorkbench } from '../workbench/workbench.ts';

/** A subnet whose prefix comes from a delegating router names the pool `prefix_delegation` and no prefix. */
export const prefixDelegation: Row = {
  id: '19',
  title: 'Support for IPv6 Prefix Delegation',
  claim:
    'A subnet takes its prefix from a real delegating server and guests configure from it; a changed prefix renumbers them with deprecation; a guest that is a router gets a prefix by IA_PD and traffic is routed to it.',
  source: ['RFC 8415 §6.3', 'RFC 9096', 'Networking API v2.0, subnetpool_id=prefix_delegation'],
  async check(context) {
    const network = await createWorkbench(context).network();
    await needOfApi(context, {
      part: 'a subnet with a delegated prefix',
      path: '/v2.0/subnets',
      body: {
        subnet: {
          network_id: network.id,
          ip_version: 6,
          subnetpool_id: 'prefix_delegation',
          ipv6_ra_mode: 'slaac',
          ipv6_address_mode: 'slaac',
        },
      },
    });
  },
};
