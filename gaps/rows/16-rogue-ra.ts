import { ipv6Frame } from '../../src/packet/index.ts';
import type { Context, Guest, Row } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import {
  anAddress,
  carries,
  expectNone,
  groupMac,
  linkLocalStation,
  markedFrame,
  type Station,
  solicitRouter,
} from '../workbench/frames.ts';
import { expectAllRepelled, type Forgery } from '../workbench/hostile.ts';
import { needOfApi } from '../workbench/requests.ts';
import { type Evasion, evasions, isLaterFragment, isRogue, rogueAdvertisement } from '../workbench/rogue-ra.ts';
import { addressOf, createWorkbench, type PluggedPort, stationOf, type Workbench } from '../workbench/workbench.ts';

const cidr = '2001:db8:16::/64';
const bogus = '2001:db8:bad::/64';
const allNodes = anAddress('ff02::1');
const slaac = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;

/** A guest plays router, in every disguise that RFC 7113 knows, towards a victim on its host and one on another. */
export const rogueRouterAdvertisements: Row = {
  id: '16',
  title: 'Protect tenant and provider network from rogue RAs',
  claim:
    'An RA from a guest, from another tenant or from a stranger on a provider network is never delivered, whatever extension headers and fragments it hides behind, unicast or multicast; the legitimate RA always is.',
  source: ['RFC 6105', 'RFC 7113 §2', 'RFC 6980 §5', 'RFC 5722'],
  async check(context) {
    const { probe, cloud, tag } = context;
    const scene = await makeScene(context);
    const { attacker } = scene;
    const victims = [scene.near, scene.far];
    const forgeries = evasions.map((evasion, number) => forgeryOf(scene, evasion, number));
    await expectAllRepelled(context, { attacker, victims, forgeries, stationOf });
    await probe.part('no victim took an address or a route from the rogue', async (note) => {
      for (const { guest } of victims) await expectUntouched(guest, note);
    });
    await probe.part('the legitimate RA is delivered', async (note) => {
      for (const { guest, interface: name } of victims) {
        const { routerLifetimeSeconds } = await solicitRouter(guest, name, note);
        expect(routerLifetimeSeconds > 0, 'the RA that arrives is no default router’s');
      }
    });
    await probe.part('an RA from another tenant is not delivered', (note) => expectTenantsApart(context, scene, note), {
      essential: true,
    });
    await needOfApi(context, {
      part: 'a provider VLAN, for an RA from a stranger on it',
      path: '/v2.0/networks',
      as: cloud.admin,
      body: { network: { name: tag, 'provider:network_type': 'vlan', 'provider:physical_network': 'physnet1' } },
    });
  },
};

interface Scene {
  readonly attacker: PluggedPort;
  readonly near: PluggedPort;
  readonly far: PluggedPort;
}

async function makeScene(context: Context): Promise<Scene> {
  const [h1, h2] = context.guests.hosts;
  const bench = createWorkbench(context);
  const network = await bench.network();
  const subnet = await bench.subnet(network, { cidr, ...slaac });
  await bench.router([subnet]);
  const plug = (host: string) => bench.plug({ host, network });
  const [attacker, near, far] = await Promise.all([plug(h1), plug(h1), plug(h2)]);
  await Promise.all([attacker, near, far].map(({ guest, port }) => guest.waitForAddress({ address: addressOf(port) })));
  return { attacker, near, far };
}

/** Each disguise goes to all nodes and to each victim by unicast, from the attacker's own MAC and link-local address. */
function forgeryOf({ attacker, near, far }: Scene, { name, disguise }: Evasion, number: number): Forgery {
  const rogue = linkLocalStation(attacker.port.mac_address);
  const targets: readonly Station[] = [
    { address: allNodes, mac: groupMac(allNodes) },
    ...[near, far].map(({ port }) => linkLocalStation(port.mac_address)),
  ];
  const frames = targets.flatMap((target) =>
    disguise(rogueAdvertisement({ rogue, target, prefix: bogus, number })).map((packet) =>
      ipv6Frame(packet, { sourceMac: rogue.mac, destinationMac: target.mac }),
    ),
  );
  return {
    name: `rogue RA, ${name}`,
    frames,
    isForged: (frame) => isRogue(frame, number),
    isUseless: (frame) => !isRogue(frame, number) || isLaterFragment(frame, number),
  };
}

async function expectUntouched(guest: Guest, note: Note): Promise<void> {
  const prefix = bogus.replace('::/64', ':');
  const [addresses, routes] = await Promise.all([guest.addresses(), guest.routes(6)]);
  const gateways = routes.filter(({ destination }) => destination === 'default').map(({ gateway }) => gateway);
  note(`${guest.name}: ${addresses.map(({ address }) => address).join(' ')}; default by ${gateways.join(' ')}`);
  expect(!addresses.some(({ address }) => address.startsWith(prefix)), `${guest.name} has an address of ${bogus}`);
  expect(!routes.some(({ destination }) => destination.startsWith(prefix)), `${guest.name} has a route to ${bogus}`);
  expect(gateways.length <= 1, `${guest.name} has ${gateways.length} default routers`);
}

/**
 * The other tenant's network has the same prefix; a guest of it advertises to all nodes, and then says something honest to
 * them, which its own neighbour hears. That stands for an RA which its own host would have let out: neither crosses over.
 */
async function expectTenantsApart(context: Context, { near, far }: Scene, note: Note): Promise<void> {
  const bench = createWorkbench(context, { tenant: 1 });
  const { stranger, neighbour } = await makeStrangers(context, bench);
  const rogue = linkLocalStation(stranger.port.mac_address);
  const [atNeighbour, ...captures] = await Promise.all([neighbour, near, far].map(({ guest }) => guest.capture()));
  if (!atNeighbour) throw new Error('a capture was opened for each guest');
  const target = { address: allNodes, mac: groupMac(allNodes) };
  const number = evasions.length;
  const packet = rogueAdvertisement({ rogue, target, prefix: bogus, number });
  const frame = ipv6Frame(packet, { sourceMac: rogue.mac, destinationMac: target.mac });
  const honest = `honest stranger ${context.tag}`;
  await stranger.guest.inject([frame, frame, frame, markedFrame(rogue, target, honest)]);
  await atNeighbour.waitFor('the stranger’s honest frame at its neighbour', (one) => carries(one, honest), 15_000);
  await atNeighbour.stop();
  // The victims' own echo after it: what the stranger sent has been dealt with when this has come and gone.
  expect(await near.guest.reaches(addressOf(far.port)), 'the victims no longer reach each other');
  const arrived = (await Promise.all(captures.map((capture) => capture.stop()))).flat();
  note(`3 RAs and an honest frame from a guest of ${bench.tenant.name} to all nodes; its neighbour got the latter`);
  note(`looked at ${arrived.length} frames at the victims`);
  expectNone(arrived, (one) => isRogue(one, number), 'the RAs of another tenant');
  expectNone(arrived, (one) => carries(one, honest), 'the honest frames of another tenant');
}

/** Two guests of the other tenant on its own network, on the hosts of the two victims. */
async function makeStrangers({ guests }: Context, bench: Workbench) {
  const [h1, h2] = guests.hosts;
  const network = await bench.network();
  await bench.subnet(network, { cidr, ...slaac });
  const [stranger, neighbour] = await Promise.all([h1, h2].map((host) => bench.plug({ host, network })));
  if (!stranger || !neighbour) throw new Error('two guests were plugged');
  await Promise.all([stranger, neighbour].map(({ guest, port }) => guest.waitForAddress({ address: addressOf(port) })));
  return { stranger, neighbour };
}
