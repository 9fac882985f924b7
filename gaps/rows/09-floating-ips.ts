import type { Row } from '../contract.ts';
import { needOfApi } from '../workbench/requests.ts';

/** Floating addresses of either family for fixed addresses of either. They begin with an external network to take them from. */
export const floatingIps: Row = {
  id: '9',
  title: 'Support for private IPv6 to external IPv6 floating IP, including IPv6/IPv4 and IPv4/IPv6',
  claim:
    'Floating addresses 6 to 6, 6 to 4 and 4 to 6 carry TCP, UDP, echo, ICMP errors and path MTU in and out, move while a flow runs, and keep tenants with the same prefix apart.',
  source: ['Networking API v2.0, layer 3 extension', 'RFC 6296', 'RFC 7915', 'RFC 6146'],
  async check(context) {
    await needOfApi(context, { part: 'floating IPs in the API', method: 'GET', path: '/v2.0/floatingips' });
    await needOfApi(context, {
      part: 'an external network to take them from',
      path: '/v2.0/networks',
      as: context.cloud.admin,
      body: { network: { name: context.tag, 'router:external': true } },
    });
  },
};
