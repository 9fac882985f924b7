import type { Row } from '../contract.ts';
import { needOfApi } from '../workbench/requests.ts';

/** Filtering by IPv6 matches begins with groups and their rules in the API. */
export const securityGroups: Row = {
  id: '13',
  title: 'Full support for IPv6 matching (i.e. IPv6, ICMPv6, TCP, UDP) in security groups',
  claim:
    'Rules match ethertype, every protocol name and number, ICMPv6 type and code, port ranges, remote prefixes, groups and address groups, statefully, over fragments and extension headers, and ND keeps working under a default-deny group.',
  source: ['Networking API v2.0, security-group and address-group extensions', 'RFC 4890'],
  async check(context) {
    await needOfApi(context, {
      part: 'a security group',
      path: '/v2.0/security-groups',
      body: { security_group: { name: context.tag } },
    });
    await needOfApi(context, {
      part: 'an address group',
      path: '/v2.0/address-groups',
      body: { address_group: { name: context.tag, addresses: ['2001:db8:13::/64'] } },
    });
  },
};
