import { after, before, describe, test } from 'node:test';
import type { Guest } from '../../gaps/lab/index.ts';
import { aMac, anAddress, groupMac } from '../../gaps/workbench/frames.ts';
import { type Network, unwrap } from '../../src/client/index.ts';
import { icmpv6Frame } from '../../src/packet/index.ts';
import { type Cloud, createNetwork, createPort, openCloud, startPinging } from './cloud.ts';

const virtualMac = '00:00:5e:00:02:01';
const virtualAddress = '2001:db8:b::100';

describe('the MAC of a virtual router, which two ports on two hosts have by address pairs', () => {
  let cloud: Cloud;
  let routers: readonly [Guest, Guest];
  let client: Guest;
  /** On another network, behind an OVN router. */
  let distant: Guest;

  before(async () => {
    cloud = await openCloud({ hosts: 3 });
    const { network, subnet } = await createNetwork(cloud.api, { name: 'blue', cidr: '2001:db8:b::/64' });
    const far = await createNetwork(cloud.api, { name: 'red', cidr: '2001:db8:c::/64' });
    const router = unwrap(await cloud.api.routers.create({}));
    for (const { id } of [subnet, far.subnet])
      unwrap(await cloud.api.routers.addRouterInterface(router.id, { subnet_id: id }));
    const [group] = unwrap(await cloud.api.securityGroups.list());
    const rule = { direction: 'ingress', ethertype: 'IPv6', protocol: 'ipv6-icmp' } as const;
    unwrap(await cloud.api.securityGroupRules.create({ security_group_id: group?.id ?? '', ...rule }));
    [client, distant, ...routers] = await Promise.all([
      plugOne(cloud, network, 'h1'),
      plugOne(cloud, far.network, 'h1'),
      plugOne(cloud, network, 'h2', sharedPairs),
      plugOne(cloud, network, 'h3', sharedPairs),
    ]);
    await Promise.all(routers.map(prepareRouter));
  });

  after(() => cloud?.close());

  test('is with the one that is master, however often that changes, for neighbours and behind a router', async () => {
    const [one, two] = routers;
    await becomeMaster(one);
    const pinging = [client, distant].map((guest) => startPinging(guest, virtualAddress));
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
  });
});

/** The second one is for what the kernel sends from the address by the interface itself. */
const sharedPairs = [{ ip_address: virtualAddress, mac_address: virtualMac }, { ip_address: virtualAddress }];

async function plugOne(cloud: Cloud, network: Network, host: string, pairs: typeof sharedPairs = []): Promise<Guest> {
  const port = await createPort(cloud.api, network, { allowed_address_pairs: pairs });
  const guest = await cloud.plug(port, host);
  await guest.waitForAddress();
  return guest;
}

/** As keepalived does with `use_vmac`: an interface of that MAC, which is up while the guest is master. */
async function prepareRouter(guest: Guest): Promise<void> {
  await guest.run(['ip', 'link', 'add', 'vrrp', 'link', 'eth0', 'address', virtualMac, 'type', 'macvlan']);
  await guest.run(['sysctl', '-w', 'net.ipv6.conf.vrrp.accept_ra=0', 'net.ipv6.conf.vrrp.addr_gen_mode=1']);
}

async function becomeMaster(guest: Guest): Promise<void> {
  await guest.run(['ip', 'link', 'set', 'vrrp', 'up']);
  await guest.run(['ip', 'address', 'add', `${virtualAddress}/128`, 'dev', 'vrrp', 'nodad']);
  await guest.inject([announcement]);
}

async function resign(guest: Guest): Promise<void> {
  await guest.run(['ip', 'address', 'delete', `${virtualAddress}/128`, 'dev', 'vrrp']);
  await guest.run(['ip', 'link', 'set', 'vrrp', 'down']);
}

/** The unsolicited advertisement of a new master (RFC 5798 §6.4.1). */
const announcement = icmpv6Frame(
  {
    kind: 'neighbor-advertisement',
    router: true,
    solicited: false,
    override: true,
    target: anAddress(virtualAddress),
    options: [{ kind: 'target-link-layer-address', mac: aMac(virtualMac) }],
  },
  {
    source: anAddress(virtualAddress),
    destination: anAddress('ff02::1'),
    sourceMac: aMac(virtualMac),
    destinationMac: groupMac(anAddress('ff02::1')),
  },
);
