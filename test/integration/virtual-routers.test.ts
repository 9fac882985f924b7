import { after, before, describe, test } from 'node:test';
import type { Guest } from '../../gaps/lab/index.ts';
import { aMac, anAddress, groupMac } from '../../gaps/workbench/frames.ts';
import { type Network, type PortCreate, unwrap } from '../../src/client/index.ts';
import { icmpv6Frame } from '../../src/packet/index.ts';
import { addressOf, type Cloud, createNetwork, createPort, openCloud, startPinging } from './cloud.ts';

const virtualMac = '00:00:5e:00:02:01';

/** What a virtual router has, and what its members do with it. */
interface VirtualRouter {
  readonly address: string;
  becomeMaster(guest: Guest): Promise<void>;
  resign(guest: Guest): Promise<void>;
}

describe('an address that is with one of two ports at a time, on two hosts', () => {
  let cloud: Cloud;
  let network: Network;
  let members: readonly [Guest, Guest];
  /** One on the same network, and one behind an OVN router. */
  let clients: readonly Guest[];

  before(async () => {
    cloud = await openCloud({ hosts: 3 });
    const near = await createNetwork(cloud.api, { name: 'blue', cidr: '2001:db8:b::/64', mode: 'dhcpv6-stateful' });
    const far = await createNetwork(cloud.api, { name: 'red', cidr: '2001:db8:c::/64' });
    network = near.network;
    const router = unwrap(await cloud.api.routers.create({}));
    for (const { id } of [near.subnet, far.subnet])
      unwrap(await cloud.api.routers.addRouterInterface(router.id, { subnet_id: id }));
    const [group] = unwrap(await cloud.api.securityGroups.list());
    const rule = { direction: 'ingress', ethertype: 'IPv6', protocol: 'ipv6-icmp' } as const;
    unwrap(await cloud.api.securityGroupRules.create({ security_group_id: group?.id ?? '', ...rule }));
    // The kernel answers by the interface itself, with its own MAC, also from the address of a virtual MAC.
    const pairs = [
      { ip_address: byMac.address, mac_address: virtualMac },
      { ip_address: byMac.address },
      { ip_address: reserved.address },
    ];
    const [first, second, ...others] = await Promise.all([
      plugOne(cloud, network, 'h2', pairs),
      plugOne(cloud, network, 'h3', pairs),
      plugOne(cloud, network, 'h1'),
      plugOne(cloud, far.network, 'h1'),
    ]);
    members = [first, second];
    clients = others;
    await Promise.all(members.map(prepareMember));
  });

  after(() => cloud?.close());

  const expectFollowsMaster = async ({ address, becomeMaster, resign }: VirtualRouter) => {
    const [one, two] = members;
    await becomeMaster(one);
    const pinging = clients.map((guest) => startPinging(guest, address));
    const flows = () => Promise.all(pinging.map((each) => each.flows()));
    await flows();
    for (const [from, to] of [
      [one, two],
      [two, one],
      [one, two],
    ] as const) {
      await resign(from);
      await becomeMaster(to);
      await flows();
    }
    await Promise.all(pinging.map((each) => each.stop()));
  };

  test('follows the master with the MAC of the virtual router, which both have by address pairs', () =>
    expectFollowsMaster(byMac));

  test('follows the master with the MACs of the ports, though a port that is nowhere reserves it', async () => {
    await createPort(cloud.api, network, { name: 'vip', fixed_ips: [{ ip_address: reserved.address }] });
    await expectFollowsMaster(reserved);
  });
});

async function plugOne(
  cloud: Cloud,
  network: Network,
  host: string,
  pairs: NonNullable<PortCreate['allowed_address_pairs']> = [],
): Promise<Guest> {
  const port = await createPort(cloud.api, network, { allowed_address_pairs: pairs });
  const guest = await cloud.plug(port, host);
  const address = addressOf(port);
  await guest.run(['ip', 'address', 'add', `${address}/64`, 'dev', 'eth0', 'nodad']);
  await guest.waitForAddress({ address });
  return guest;
}

/** As keepalived does with `use_vmac`: an interface of that MAC, which is up while the guest is master. */
async function prepareMember(guest: Guest): Promise<void> {
  await guest.run(['ip', 'link', 'add', 'vrrp', 'link', 'eth0', 'address', virtualMac, 'type', 'macvlan']);
  await guest.run(['sysctl', '-w', 'net.ipv6.conf.vrrp.accept_ra=0', 'net.ipv6.conf.vrrp.addr_gen_mode=1']);
}

const byMac: VirtualRouter = {
  address: '2001:db8:b::100',
  async becomeMaster(guest) {
    await guest.run(['ip', 'link', 'set', 'vrrp', 'up']);
    await guest.run(['ip', 'address', 'add', `${byMac.address}/128`, 'dev', 'vrrp', 'nodad']);
    await guest.inject([announcement(byMac.address, virtualMac)]);
  },
  async resign(guest) {
    await guest.run(['ip', 'address', 'delete', `${byMac.address}/128`, 'dev', 'vrrp']);
    await guest.run(['ip', 'link', 'set', 'vrrp', 'down']);
  },
};

/** As keepalived does without a virtual MAC, and as load balancers do. */
const reserved: VirtualRouter = {
  address: '2001:db8:b::200',
  async becomeMaster(guest) {
    await guest.run(['ip', 'address', 'add', `${reserved.address}/64`, 'dev', 'eth0', 'nodad', 'preferred_lft', '0']);
    const [{ macAddress = '' } = {}] = guest.interfaces;
    await guest.inject([announcement(reserved.address, macAddress)]);
  },
  async resign(guest) {
    await guest.run(['ip', 'address', 'delete', `${reserved.address}/64`, 'dev', 'eth0']);
  },
};

/** The unsolicited advertisement of a new master (RFC 5798 §6.4.1). */
function announcement(address: string, mac: string): Uint8Array {
  const everybody = anAddress('ff02::1');
  return icmpv6Frame(
    {
      kind: 'neighbor-advertisement',
      router: true,
      solicited: false,
      override: true,
      target: anAddress(address),
      options: [{ kind: 'target-link-layer-address', mac: aMac(mac) }],
    },
    {
      source: anAddress(address),
      destination: everybody,
      sourceMac: aMac(mac),
      destinationMac: groupMac(everybody),
    },
  );
}
