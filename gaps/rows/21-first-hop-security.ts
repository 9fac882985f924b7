import type { Mac } from '../../src/ip/index.ts';
import {
  dhcpv6Ports,
  duidLinkLayer,
  encodeDhcpv6,
  encodeIcmpv6,
  type FrameAddresses,
  type Icmpv6Message,
  type Ipv6FrameOptions,
  icmpv6Frame,
  udpFrame,
} from '../../src/packet/index.ts';
import type { Context, Row } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { anAddress, carries, groupMac, linkLocalStation, type Station } from '../workbench/frames.ts';
import { expectAllRepelled, type Forgery } from '../workbench/hostile.ts';
import { addressOf, createWorkbench, type PluggedPort, stationOf } from '../workbench/workbench.ts';

const allNodes = anAddress('ff02::1');

/** A hostile neighbour claims what belongs to others. */
export const firstHopSecurity: Row = {
  id: '21',
  title: 'IPv6 first-hop security, IPv6 ND spoofing',
  claim:
    'NS, NA, Redirect, DHCPv6-server, MLD-query and DAD-denial attacks change nothing in any victim’s tables, a scan of a /64 leaves caches bounded and traffic alive, and each attack shows as a counter on the attacker’s port.',
  source: ['RFC 3756', 'RFC 6583', 'RFC 6620', 'RFC 7513 §4'],
  async check(context) {
    const scene = await makeScene(context);
    const { attacker, near, far } = scene;
    const forgeries = [...discoveryAttacks(scene), ...serviceAttacks(scene)].map((attack) => forgeryOf(scene, attack));
    await expectAllRepelled(context, { attacker, victims: [near, far], forgeries, stationOf });
    await context.probe.part('DAD denial by advertisements: victims take new addresses all the same', (note) =>
      expectDetectionHolds(context, scene, note),
    );
    context.probe.leaveUnproven('a scan of a /64', 'no row sends it yet');
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
  const subnet = await bench.subnet(network, {
    cidr: '2001:db8:21::/64',
    ipv6_ra_mode: 'slaac',
    ipv6_address_mode: 'slaac',
  });
  await bench.router([subnet]);
  const [attacker, near, far] = await Promise.all([h1, h1, h2].map((host) => bench.plug({ host, network })));
  if (!attacker || !near || !far) throw new Error('three guests were plugged');
  await Promise.all([attacker, near, far].map(({ guest, port }) => guest.waitForAddress({ address: addressOf(port) })));
  return { attacker, near, far };
}

/** A frame of the thc-ipv6 tools, but from the attacker's own MAC and link-local address: only its content lies. */
interface Attack {
  readonly name: string;
  readonly forge: (addresses: FrameAddresses) => Uint8Array;
  /** A part that is the same in every frame of it, and in no other. */
  readonly content: Uint8Array;
}

/** Lies about who has an address. */
function discoveryAttacks({ attacker, far }: Scene): readonly Attack[] {
  const own = linkLocalStation(attacker.port.mac_address);
  const stolen = anAddress(addressOf(far.port));
  const claim = { kind: 'target-link-layer-address', mac: own.mac } as const;
  const advertisement = { kind: 'neighbor-advertisement', router: false, solicited: false, override: true } as const;
  return [
    icmpv6Attack('a NA for another port’s address', { ...advertisement, target: stolen, options: [claim] }),
    icmpv6Attack('a NA for an address of nobody', {
      ...advertisement,
      target: anAddress('2001:db8:21::bad'),
      options: [claim],
    }),
    icmpv6Attack('a NS whose link-layer option names another MAC', {
      kind: 'neighbor-solicitation',
      target: stolen,
      options: [{ kind: 'source-link-layer-address', mac: linkLocalStation(far.port.mac_address).mac }],
    }),
    icmpv6Attack('a Redirect', { kind: 'redirect', target: own.address, destination: stolen, options: [claim] }),
  ];
}

/** Plays the DHCPv6 server and the multicast querier of the link. */
function serviceAttacks({ attacker }: Scene): readonly Attack[] {
  const { mac } = linkLocalStation(attacker.port.mac_address);
  return [
    dhcpv6Attack('a DHCPv6 Advertise', 'advertise', mac),
    dhcpv6Attack('a DHCPv6 Reply', 'reply', mac),
    icmpv6Attack(
      'an MLD query',
      {
        kind: 'mldv2-query',
        // Unlike any query of an honest router, so that it is known again.
        maximumResponseCode: 0x0bad,
        group: anAddress('::'),
        suppressRouterProcessing: false,
        robustness: 7,
        queryIntervalCode: 0xbd,
        sources: [],
      },
      { hopLimit: 1, extensionHeaders: [routerAlert] },
    ),
  ];
}

/** As every MLD message has it (RFC 3810 §5): the option of RFC 2711 and a PadN. */
const routerAlert = { kind: 'hop-by-hop', body: Uint8Array.of(5, 2, 0, 0, 1, 0) } as const;

function icmpv6Attack(name: string, message: Icmpv6Message, options?: Ipv6FrameOptions): Attack {
  const anyone = anAddress('::');
  return {
    name,
    forge: (addresses) => icmpv6Frame(message, addresses, options),
    // Behind type, code and checksum.
    content: encodeIcmpv6(message, { source: anyone, destination: anyone }).subarray(4),
  };
}

/** An unsolicited DHCPv6 server gives clients name servers of its own (RFC 7610 §3). */
function dhcpv6Attack(name: string, type: 'advertise' | 'reply', mac: Mac): Attack {
  const payload = encodeDhcpv6({
    type,
    transactionId: 0xbad546,
    options: [
      { kind: 'server-id', duid: duidLinkLayer(mac) },
      { kind: 'dns-servers', servers: [anAddress('2001:db8:21::bad')] },
    ],
  });
  const datagram = { sourcePort: dhcpv6Ports.server, destinationPort: dhcpv6Ports.client, payload };
  return { name, forge: (addresses) => udpFrame(datagram, addresses), content: payload };
}

/** To all nodes and to each victim by unicast. */
function forgeryOf({ attacker, near, far }: Scene, { name, forge, content }: Attack): Forgery {
  const own = linkLocalStation(attacker.port.mac_address);
  const targets: readonly Station[] = [
    { address: allNodes, mac: groupMac(allNodes) },
    ...[near, far].map(({ port }) => linkLocalStation(port.mac_address)),
  ];
  const frames = targets.map(({ mac, address }) =>
    forge({ sourceMac: own.mac, destinationMac: mac, source: own.address, destination: address }),
  );
  return { name, frames, isForged: (frame) => carries(frame, content) };
}

/** Says "mine" all the while that each victim detects duplicates of an address that it takes, as dos-new-ip6 does. */
async function expectDetectionHolds({ eyes }: Context, { attacker, near, far }: Scene, note: Note): Promise<void> {
  const own = linkLocalStation(attacker.port.mac_address);
  const before = await eyes?.countDrops(attacker.port);
  for (const [victim, address] of [
    [near, '2001:db8:21::dad:1'],
    [far, '2001:db8:21::dad:2'],
  ] as const) {
    const denial = icmpv6Frame(
      {
        ...{ kind: 'neighbor-advertisement', router: false, solicited: false, override: true },
        target: anAddress(address),
        options: [{ kind: 'target-link-layer-address', mac: own.mac }],
      },
      { sourceMac: own.mac, destinationMac: groupMac(allNodes), source: own.address, destination: allNodes },
    );
    const attack = repeat(() => attacker.guest.inject([denial, denial, denial]));
    try {
      await victim.guest.run(['ip', 'address', 'add', `${address}/64`, 'dev', victim.interface]);
      await victim.guest.waitForAddress({ address, interface: victim.interface });
    } finally {
      note(`${3 * (await attack.stop())} advertisements for ${address} while ${victim.guest.name} took it`);
    }
  }
  const dropped = before === undefined ? undefined : ((await eyes?.countDrops(attacker.port)) ?? 0) - before;
  note(`drops at the attacker’s port: ${dropped ?? 'not counted here'}`);
  expect(dropped === undefined || dropped > 0, 'no drop shows at the attacker’s port');
}

/** Does it over and over, each time when the one before has ended, until it is stopped; answers how often. */
function repeat(work: () => Promise<void>): { stop(): Promise<number> } {
  let over = false;
  const times = (async () => {
    let count = 0;
    for (; !over; count += 1) await work();
    return count;
  })();
  times.catch(() => undefined); // `stop` tells
  return {
    stop() {
      over = true;
      return times;
    },
  };
}
