import { type Icmpv6Message, icmpv6Frame } from '../../src/packet/index.ts';
import type { Context, Row } from '../contract.ts';
import { aMac, anAddress, carries, groupMac, linkLocalStation, type Station } from '../workbench/frames.ts';
import { expectAllRepelled, type Forgery } from '../workbench/hostile.ts';
import { addressOf, createWorkbench, type PluggedPort } from '../workbench/workbench.ts';

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
    const forgeries = attacksOf(scene).map((attack) => forgeryOf(scene, attack));
    await expectAllRepelled(context, { attacker, victims: [near, far], forgeries, stationOf });
    await checkTools(context, scene);
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

interface Attack {
  readonly name: string;
  readonly message: Icmpv6Message;
}

/** What the thc-ipv6 tools send, from the attacker's own MAC and link-local address, so that only its content lies. */
function attacksOf({ attacker, far }: Scene): readonly Attack[] {
  const own = linkLocalStation(attacker.port.mac_address);
  const stolen = anAddress(addressOf(far.port));
  const claim = { kind: 'target-link-layer-address', mac: own.mac } as const;
  const advertisement = { kind: 'neighbor-advertisement', router: false, solicited: false, override: true } as const;
  return [
    { name: 'a NA for another port’s address', message: { ...advertisement, target: stolen, options: [claim] } },
    {
      name: 'a NA for an address of nobody',
      message: { ...advertisement, target: anAddress('2001:db8:21::bad'), options: [claim] },
    },
    {
      name: 'a NS whose link-layer option names another MAC',
      message: {
        kind: 'neighbor-solicitation',
        target: stolen,
        options: [{ kind: 'source-link-layer-address', mac: linkLocalStation(far.port.mac_address).mac }],
      },
    },
    {
      name: 'a Redirect',
      message: { kind: 'redirect', target: own.address, destination: stolen, options: [claim] },
    },
  ];
}

/** To all nodes and to each victim by unicast. */
function forgeryOf({ attacker, near, far }: Scene, { name, message }: Attack): Forgery {
  const own = linkLocalStation(attacker.port.mac_address);
  const targets: readonly Station[] = [
    { address: allNodes, mac: groupMac(allNodes) },
    ...[near, far].map(({ port }) => linkLocalStation(port.mac_address)),
  ];
  const frames = targets.map(({ mac, address }) =>
    icmpv6Frame(message, { sourceMac: own.mac, destinationMac: mac, source: own.address, destination: address }),
  );
  // Behind Ethernet, IPv6, type, code and checksum, the message is the same in every frame.
  const content = frames[0]?.subarray(14 + 40 + 4) ?? new Uint8Array();
  return { name, frames, isForged: (frame) => carries(frame, content) };
}

function stationOf({ port }: PluggedPort): Station {
  return { mac: aMac(port.mac_address), address: anAddress(addressOf(port)) };
}

/** The rest of the attacks is what thc-ipv6 automates; where it is not installed, they were not tried. */
async function checkTools({ probe }: Context, { attacker }: Scene): Promise<void> {
  const { code } = await attacker.guest.run(['sh', '-c', 'command -v atk6-dos-new-ip6']);
  const rest = 'DHCPv6-server, MLD-query and DAD-denial attacks, and a scan of a /64';
  if (code === 0) probe.leaveUnproven(rest, 'the thc-ipv6 tools are here; no row runs them yet');
  else probe.skip(rest, 'the guests have no thc-ipv6 tools (atk6-*)');
}
