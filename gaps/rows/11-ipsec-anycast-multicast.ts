import type { CapturedFrame, Row } from '../contract.ts';
import { expect } from '../probe.ts';
import { needOfApi } from '../workbench/requests.ts';
import { joinGroup, sendToGroup } from '../workbench/traffic.ts';
import { addressOf, createWorkbench, type Workbench } from '../workbench/workbench.ts';

const group = 'ff05::db8:11';
const sent = 20;

/** Three extensions that came after plain connectivity; each is asked for by itself. */
export const ipsecAnycastMulticast: Row = {
  id: '11',
  title: 'Additional IPv6 extensions, for example: IPsec, anycast, multicast',
  claim:
    'Site-to-site ESP by the VPNaaS API; one address on many ports with flows spread over them; multicast delivered to members alone, routed between networks.',
  source: ['Networking API v2.0, vpnaas extension', 'RFC 4301', 'RFC 4291 §2.6', 'RFC 3810', 'RFC 4541 §3'],
  async check(context) {
    await needOfApi(context, {
      part: 'a VPN service, for IPsec',
      path: '/v2.0/vpn/endpoint-groups',
      body: { endpoint_group: { name: context.tag, type: 'cidr', endpoints: ['2001:db8:11::/64'] } },
    });
    const bench = createWorkbench(context);
    const network = await bench.network();
    const subnet = await bench.subnet(network, {
      cidr: '2001:db8:11::/64',
      ipv6_ra_mode: 'dhcpv6-stateful',
      ipv6_address_mode: 'dhcpv6-stateful',
    });
    const first = await bench.port(network);
    await needOfApi(context, {
      part: 'the address of one port on a second one, for anycast',
      path: '/v2.0/ports',
      body: {
        port: { network_id: network.id, fixed_ips: [{ subnet_id: subnet.id, ip_address: addressOf(first) }] },
      },
    });
    await checkMulticast(context.guests.hosts, bench, context.probe);
  },
};

type Hosts = readonly [string, string, ...string[]];

/** A frame to a multicast group must not arrive at the interface of a guest that never joined the group. */
async function checkMulticast(
  [h1, h2]: Hosts,
  bench: Workbench,
  probe: Parameters<Row['check']>[0]['probe'],
): Promise<void> {
  const network = await bench.network();
  await bench.subnet(network, { cidr: '2001:db8:11:1::/64', ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' });
  const [sender, member, stranger] = await Promise.all(
    [h1, h2, h2].map(async (host) => (await bench.plug({ host, network })).guest),
  );
  if (!sender || !member || !stranger) throw new Error('three guests were plugged');
  await Promise.all([sender, member, stranger].map((guest) => guest.waitForAddress()));
  await probe.part('multicast: only members receive', async (note) => {
    const membership = await joinGroup(member, group);
    const [atMember, atStranger] = await Promise.all([member.capture(), stranger.capture()]);
    await sendToGroup(sender, group, sent);
    await atMember.waitFor(`${group} at the member`, isOfGroup);
    const [received, overheard] = await Promise.all([atMember.stop(), atStranger.stop()]);
    await membership.stop();
    const [members, strangers] = [received.filter(isOfGroup).length, overheard.filter(isOfGroup).length];
    note(`${sent} datagrams to ${group}: the member got ${members}, a guest that never joined ${strangers}`);
    expect(strangers === 0, `${strangers} of ${sent} frames reached a guest that is no member`);
  });
}

/** By its Ethernet destination, 33:33 and the last four bytes of the group (RFC 2464 §7), and as UDP. */
function isOfGroup({ bytes }: CapturedFrame): boolean {
  const destination = Buffer.from(bytes.subarray(0, 6)).toString('hex');
  return destination === '33330db80011' && bytes[20] === 17;
}
