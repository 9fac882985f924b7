import type { Row } from '../contract.ts';
import { needOfApi } from '../workbench/requests.ts';
import { createWorkbench } from '../workbench/workbench.ts';

/** Neutron refuses a chosen interface identifier where the guest makes its own address. */
export const slaacFixedIp: Row = {
  id: '8',
  title: 'Ability to create a port with fixed_ip for a SLAAC/DHCPv6-Stateless subnet',
  claim:
    'A port of a SLAAC or DHCPv6-stateless subnet takes any interface identifier; an unmodified guest ends up using it as its source with no manual step, and anti-spoofing admits it and nothing else.',
  source: ['RFC 4862 §5.5.3', 'RFC 7136', 'Networking API v2.0, AllocationOnAutoAddressSubnet'],
  async check(context) {
    const bench = createWorkbench(context);
    for (const [mode, cidr] of [
      ['slaac', '2001:db8:8:1::/64'],
      ['dhcpv6-stateless', '2001:db8:8:2::/64'],
    ] as const) {
      const network = await bench.network();
      const subnet = await bench.subnet(network, { cidr, ipv6_ra_mode: mode, ipv6_address_mode: mode });
      const address = cidr.replace('::/64', '::1234');
      await needOfApi(context, {
        part: `a chosen address on a ${mode} subnet`,
        path: '/v2.0/ports',
        body: {
          port: { network_id: network.id, fixed_ips: [{ subnet_id: subnet.id, ip_address: address }] },
        },
      });
    }
  },
};
