import { type Network, type Port, type Router, type Subnet, unwrap } from '../../src/client/index.ts';
import type { Context, Guest, Row } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { expectPing, expectSilence, expectTcp, serve, startSteadyPing } from '../workbench/traffic.ts';
import { addressOf, createWorkbench, type PluggedPort, type Workbench } from '../workbench/workbench.ts';

const stateful = { ipv6_ra_mode: 'dhcpv6-stateful', ipv6_address_mode: 'dhcpv6-stateful' } as const;
const slaac = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;

/** A guest with two addresses of each of four prefixes, a peer with one of each, and a third behind the router. */
export const manyAddresses: Row = {
  id: '17',
  title: 'Ability to assign multiple IPv6 addresses to an interface, both for router interfaces and VM interfaces',
  claim:
    'A port carries 8 addresses of 4 subnets and its guest uses each; one router port serves all 4 subnets; addresses and subnets come and go while traffic flows; the source is chosen from the right prefix.',
  source: ['RFC 4291 §2.1', 'RFC 6724 §5', 'Networking API v2.0, fixed_ips'],
  async check(context) {
    const { probe } = context;
    const scene = await makeScene(context);
    const { sender, peer, outer, subnets } = scene;
    const all = sender.port.fixed_ips;
    await probe.part('8 fixed IPs over 4 subnets on a port, all usable by the guest', async (note) => {
      note(`port: ${all.map(({ ip_address }) => ip_address).join(' ')}`);
      expect(all.length === 8 && new Set(all.map(({ subnet_id }) => subnet_id)).size === 4, `${all.length} fixed IPs`);
      for (const fixed of all)
        await expectPing({ from: sender.guest, to: peerOf(peer, fixed), note }, fixed.ip_address);
    });
    await probe.part('the source is chosen from the right prefix', async (note) => {
      for (const subnet of subnets) {
        const source = await expectTcp({ from: sender.guest, to: addressOf(peer.port, subnet), note }, 1_000);
        const owner = all.find(({ ip_address }) => ip_address === source)?.subnet_id;
        expect(owner === subnet.id, `towards ${subnet.cidr} the source is ${source}`);
      }
    });
    await probe.part('several subnets on one router port, each routed', async (note) => {
      await expectOneRouterPort(context, scene, note);
      for (const subnet of subnets) {
        await expectPing({ from: sender.guest, to: addressOf(outer.port), note }, addressOf(sender.port, subnet));
      }
    });
    await probe.part('addresses come and go on a running port', (note) => expectPortChange(scene, note));
    await probe.part('a subnet comes and goes on a running router port', (note) =>
      expectRouterChange(context, scene, note),
    );
  },
};

interface Scene {
  readonly bench: Workbench;
  readonly network: Network;
  readonly subnets: readonly Subnet[];
  readonly router: Router;
  readonly sender: PluggedPort;
  readonly peer: PluggedPort;
  readonly outer: PluggedPort;
}

async function makeScene(context: Context): Promise<Scene> {
  const [h1, h2] = context.guests.hosts;
  const bench = createWorkbench(context);
  const [network, outside] = await Promise.all([bench.network(), bench.network()]);
  const subnets = await Promise.all(
    [1, 2, 3, 4].map((number) => bench.subnet(network, { cidr: `2001:db8:17:${number}::/64`, ...stateful })),
  );
  const outerSubnet = await bench.subnet(outside, { cidr: '2001:db8:17:ff::/64', ...slaac });
  const router = await bench.router([...subnets, outerSubnet]);
  const ofEach = subnets.map(({ id }) => ({ subnet_id: id }));
  const [sender, peer, outer] = await Promise.all([
    bench.plug({ host: h1, network, port: { fixed_ips: [...ofEach, ...ofEach] } }),
    bench.plug({ host: h2, network, port: { fixed_ips: ofEach } }),
    bench.plug({ host: h2, network: outside }),
  ]);
  await Promise.all([sender, peer].map(configure));
  await outer.guest.waitForAddress({ address: addressOf(outer.port) });
  await serve(peer.guest);
  return { bench, network, subnets, router, sender, peer, outer };
}

/** Takes what DHCPv6 leases, then sets the rest by hand, as an image without a DHCPv6 client for many addresses would. */
async function configure({ guest, port }: PluggedPort): Promise<void> {
  const lease = await guest.dhclient();
  const missing = port.fixed_ips.filter(({ ip_address }) => !lease.addresses.includes(ip_address));
  for (const { ip_address } of missing) await addAddress(guest, ip_address);
  await Promise.all(port.fixed_ips.map(({ ip_address }) => guest.waitForAddress({ address: ip_address })));
}

async function addAddress(guest: Guest, address: string): Promise<void> {
  await guest.run(['ip', 'address', 'add', `${address}/64`, 'dev', 'eth0']);
  await guest.waitForAddress({ address });
}

function peerOf({ port }: PluggedPort, { subnet_id }: Port['fixed_ips'][number]): string {
  const found = port.fixed_ips.find((fixed) => fixed.subnet_id === subnet_id);
  if (!found) throw new Error(`the peer has no address in subnet ${subnet_id}`);
  return found.ip_address;
}

async function expectOneRouterPort({ cloud }: Context, { router, network, subnets }: Scene, note: Note): Promise<void> {
  const ports = unwrap(await cloud.admin.ports.list({ device_id: router.id, network_id: network.id }));
  const [port] = ports;
  note(
    `router ports on the network: ${ports.map(({ fixed_ips }) => fixed_ips.map((one) => one.ip_address).join(' ')).join(' | ')}`,
  );
  expect(ports.length === 1 && port?.fixed_ips.length === subnets.length, `${ports.length} router ports for 4 subnets`);
}

/** One address more and one less in a single update, while another one carries a ping. */
async function expectPortChange({ bench, sender, peer, subnets }: Scene, note: Note): Promise<void> {
  const { guest, port } = sender;
  const [first, , third] = subnets;
  if (!first || !third) throw new Error('four subnets were made');
  const gone = addressOf(port, third);
  const added = '2001:db8:17:3::abcd';
  const steady = await startSteadyPing(guest, addressOf(peer.port, first));
  const kept = port.fixed_ips.filter(({ ip_address }) => ip_address !== gone);
  const fixed_ips = [...kept, { subnet_id: third.id, ip_address: added }];
  const changed = unwrap(await bench.tenant.api.ports.update(port.id, { fixed_ips }));
  note(`PUT port: ${changed.fixed_ips.map(({ ip_address }) => ip_address).join(' ')}`);
  await addAddress(guest, added);
  await expectPing({ from: guest, to: addressOf(peer.port, third), note }, added);
  await expectSilence({ from: guest, to: addressOf(peer.port, third), source: gone, note });
  await steady.expectUninterrupted(note);
}

async function expectRouterChange({ scope }: Context, scene: Scene, note: Note): Promise<void> {
  const { bench, network, router, sender, peer, outer, subnets } = scene;
  const { api } = bench.tenant;
  const [first] = subnets;
  const fifth = await bench.subnet(network, { cidr: '2001:db8:17:5::/64', ...stateful });
  const shown = unwrap(await api.ports.show(sender.port.id));
  const restore = async () => unwrap(await api.ports.update(shown.id, { fixed_ips: shown.fixed_ips }));
  // The subnet can go only when no port has an address of it.
  scope.defer(`the addresses of port ${shown.id}`, restore);
  const steady = await startSteadyPing(sender.guest, addressOf(peer.port, first));
  const changed = unwrap(
    await api.ports.update(shown.id, { fixed_ips: [...shown.fixed_ips, { subnet_id: fifth.id }] }),
  );
  const address = addressOf(changed, fifth);
  await addAddress(sender.guest, address);
  await bench.addInterface(router, { subnet_id: fifth.id });
  await expectPing({ from: sender.guest, to: addressOf(outer.port), note }, address);
  unwrap(await api.routers.removeRouterInterface(router.id, { subnet_id: fifth.id }));
  await expectSilence({ from: sender.guest, to: addressOf(outer.port), source: address, note });
  await restore();
  await steady.expectUninterrupted(note);
}
