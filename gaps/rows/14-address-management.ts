import type { Row } from '../contract.ts';
import { expectRefusal, needOfApi } from '../workbench/requests.ts';
import { createWorkbench } from '../workbench/workbench.ts';

const cidr = '2001:db8:14::/64';

/** The type of address management is chosen at create, and changed on a live subnet by update. */
export const addressManagement: Row = {
  id: '14',
  title: 'Option to specify the type of address management at create; toggle router and prefix advertisement',
  claim:
    'Every legal pair of modes at create and by update on a live subnet; RA per router interface and advertisement per prefix are switched on and off, and a running guest renumbers within one RA interval without breaking a flow.',
  source: ['Networking API v2.0, ipv6_ra_mode and ipv6_address_mode', 'RFC 4861 §6.2.1', 'RFC 4862 §5.5.3'],
  async check(context) {
    const bench = createWorkbench(context);
    const network = await bench.network();
    const subnet = await bench.subnet(network, { cidr, ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' });
    const change = (part: string, attributes: object) =>
      needOfApi(context, {
        part,
        method: 'PUT',
        path: `/v2.0/subnets/${subnet.id}`,
        essential: true,
        body: { subnet: attributes },
      });
    await change('modes changed on a live subnet', {
      ipv6_ra_mode: 'dhcpv6-stateful',
      ipv6_address_mode: 'dhcpv6-stateful',
    });
    await change('advertisement of one prefix switched off', { advertise_prefix: false });
    await change('lifetimes of a prefix', { preferred_lifetime: 600, valid_lifetime: 1200 });
    await context.probe.part('illegal pairs are refused', async (note) => {
      const refused = await expectRefusal(context, bench.tenant.api.subnets, {
        what: 'RA mode slaac with address mode dhcpv6-stateful',
        request: {
          network_id: network.id,
          ip_version: 6,
          cidr: '2001:db8:14:1::/64',
          ipv6_ra_mode: 'slaac',
          ipv6_address_mode: 'dhcpv6-stateful',
        },
        status: 400,
      });
      note(`${refused.status} ${refused.type}: ${refused.message}`);
    });
  },
};
