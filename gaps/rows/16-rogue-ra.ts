import { fragmentIpv6, type Ipv6Packet, icmpv6Packet, ipv6Frame } from '../../src/packet/index.ts';
import type { CapturedFrame, Context, Guest, Row } from '../contract.ts';
import { anAddress, aPrefix, carries, groupMac, linkLocalStation, type Station, solicitRouter } from '../frames.ts';
import { expectRepelled } from '../hostile.ts';
import { expect, type Note } from '../probe.ts';
import { needOfApi } from '../requests.ts';
import { addressOf, createWorkbench, type PluggedPort } from '../workbench.ts';

const cidr = '2001:db8:16::/64';
const bogus = '2001:db8:bad::/64';
/** Every forged packet carries it, so that fragments are known too, wherever the prefix was cut. */
const flowLabel = 0xbad16;
const flowLabelBytes = Uint8Array.of(0x60, 0x0b, 0xad, 0x16);
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
    for (const evasion of evasions) {
      await probe.part(`rogue RA, ${evasion.name}`, (note) => expectNotDelivered(context, scene, evasion, note), {
        essential: true,
      });
    }
    const victims = [scene.near, scene.far];
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
      part: 'an RA from a stranger on a provider VLAN',
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

interface Evasion {
  readonly name: string;
  /** The packets of one rogue RA, in the order in which they are sent. */
  disguise(advertisement: Ipv6Packet): readonly Ipv6Packet[];
}

/** Options that fill a header so far that a fragment can end within the chain: PadN of zeros (RFC 8200 §4.2). */
const padding = (bytes: number) => Uint8Array.of(1, bytes - 2, ...new Uint8Array(bytes - 2));
const hopByHop = { kind: 'hop-by-hop', body: padding(6) } as const;
const destinationOptions = { kind: 'destination-options', body: padding(62) } as const;
const routing = { kind: 'routing', body: Uint8Array.of(4, 0, 0, 0, 0, 0) } as const;

function cut(pieces: readonly (readonly [offset: number, length: number])[]) {
  return (packet: Ipv6Packet) =>
    fragmentIpv6(packet, {
      identification: 0xbad16,
      pieces: pieces.map(([offsetBytes, lengthBytes]) => ({ offsetBytes, lengthBytes })),
    });
}

const withHeaders =
  (...extensionHeaders: NonNullable<Ipv6Packet['extensionHeaders']>) =>
  (packet: Ipv6Packet): Ipv6Packet => ({ ...packet, extensionHeaders });

/** The RA without options is 16 bytes, with a prefix and the link-layer address 56. */
const whole = 4096;
const evasions: readonly Evasion[] = [
  { name: 'plain', disguise: (packet) => [packet] },
  { name: 'behind hop-by-hop options', disguise: (packet) => [withHeaders(hopByHop)(packet)] },
  { name: 'behind destination options', disguise: (packet) => [withHeaders(destinationOptions)(packet)] },
  {
    name: 'behind a chain of headers',
    disguise: (packet) => [withHeaders(hopByHop, destinationOptions, routing, destinationOptions)(packet)],
  },
  { name: 'behind a fragment header alone', disguise: cut([[0, whole]]) },
  {
    name: 'in two fragments',
    disguise: cut([
      [0, 16],
      [16, whole],
    ]),
  },
  {
    name: 'in two fragments, the last one first',
    disguise: cut([
      [16, whole],
      [0, 16],
    ]),
  },
  {
    name: 'in tiny fragments',
    disguise: cut([
      [0, 8],
      [8, 8],
      [16, 8],
      [24, whole],
    ]),
  },
  {
    name: 'in overlapping fragments',
    disguise: cut([
      [0, 24],
      [16, 24],
      [32, whole],
    ]),
  },
  {
    name: 'with its type in the second fragment',
    disguise: (packet) =>
      cut([
        [0, 64],
        [64, whole],
      ])(withHeaders(destinationOptions)(packet)),
  },
  {
    name: 'with its type in the second fragment, which comes first',
    disguise: (packet) =>
      cut([
        [64, whole],
        [0, 64],
      ])(withHeaders(destinationOptions)(packet)),
  },
];

/** Each disguise goes to all nodes and to each victim by unicast, from the attacker's own MAC and link-local address. */
function expectNotDelivered(context: Context, scene: Scene, { disguise }: Evasion, note: Note): Promise<void> {
  const { attacker, near, far } = scene;
  const victims = [near, far];
  const rogue = linkLocalStation(attacker.port.mac_address);
  const targets: readonly Station[] = [
    { address: allNodes, mac: groupMac(allNodes) },
    ...victims.map(({ port }) => linkLocalStation(port.mac_address)),
  ];
  const frames = targets.flatMap((target) =>
    disguise({ ...rogueAdvertisement(rogue, target), flowLabel }).map((packet) =>
      ipv6Frame(packet, { sourceMac: rogue.mac, destinationMac: target.mac }),
    ),
  );
  const stationOf = ({ port }: PluggedPort) => ({
    mac: linkLocalStation(port.mac_address).mac,
    address: anAddress(addressOf(port)),
  });
  return expectRepelled(context, { attacker, victims, frames, isForged, stationOf }, note);
}

function isForged(frame: CapturedFrame): boolean {
  return carries(frame, flowLabelBytes);
}

function rogueAdvertisement(rogue: Station, target: Station): Ipv6Packet {
  return icmpv6Packet(
    {
      kind: 'router-advertisement',
      hopLimit: 64,
      managed: false,
      otherConfiguration: false,
      preference: 'high',
      routerLifetimeSeconds: 9000,
      reachableTimeMilliseconds: 0,
      retransmitTimerMilliseconds: 0,
      options: [
        {
          kind: 'prefix-information',
          prefix: aPrefix(bogus),
          onLink: true,
          autonomous: true,
          validLifetimeSeconds: 86_400,
          preferredLifetimeSeconds: 14_400,
        },
        { kind: 'source-link-layer-address', mac: rogue.mac },
      ],
    },
    { source: rogue.address, destination: target.address },
  );
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

/** The other tenant's network has the same prefix; a guest of it advertises to all nodes, and nothing crosses over. */
async function expectTenantsApart(context: Context, { near, far }: Scene, note: Note): Promise<void> {
  const [h1] = context.guests.hosts;
  const bench = createWorkbench(context, { tenant: 1 });
  const network = await bench.network();
  await bench.subnet(network, { cidr, ...slaac });
  const stranger = await bench.plug({ host: h1, network });
  const rogue = linkLocalStation(stranger.port.mac_address);
  const captures = await Promise.all([near, far].map(({ guest }) => guest.capture()));
  const target = { address: allNodes, mac: groupMac(allNodes) };
  const packet = { ...rogueAdvertisement(rogue, target), flowLabel };
  const frame = ipv6Frame(packet, { sourceMac: rogue.mac, destinationMac: target.mac });
  await stranger.guest.inject([frame, frame, frame]);
  // The tenants' own echo after it: what the stranger sent has been dealt with when this has come and gone.
  expect(await near.guest.reaches(addressOf(far.port)), 'the victims no longer reach each other');
  const arrived = (await Promise.all(captures.map((capture) => capture.stop()))).flat();
  note(`3 RAs from a guest of ${bench.tenant.name} to all nodes: ${arrived.filter(isForged).length} arrived`);
  expect(!arrived.some(isForged), 'an RA from another tenant arrived');
}
