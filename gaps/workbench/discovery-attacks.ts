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
import { anAddress, carries, linkLocalStation, type Station } from './frames.ts';
import type { Forgery } from './hostile.ts';
import { allNodes } from './neighbor-frames.ts';
import { addressOf, type PluggedPort } from './workbench.ts';

/** A hostile guest, a neighbour on its own host and one on another. */
export interface Neighbours {
  readonly attacker: PluggedPort;
  readonly near: PluggedPort;
  readonly far: PluggedPort;
}

/** Lies about addresses, and what only routers and servers may say: each to all nodes and to each neighbour. */
export function discoveryForgeries(neighbours: Neighbours): readonly Forgery[] {
  const attacks = [...discoveryAttacks(neighbours), ...serviceAttacks(neighbours)];
  return attacks.map((attack) => forgeryOf(neighbours, attack));
}

/** A frame of the thc-ipv6 tools, but from the attacker's own MAC and link-local address: only its content lies. */
interface Attack {
  readonly name: string;
  readonly forge: (addresses: FrameAddresses) => Uint8Array;
  /** A part that is the same in every frame of it, and in no other. */
  readonly content: Uint8Array;
}

/** Lies about who has an address. */
function discoveryAttacks({ attacker, far }: Neighbours): readonly Attack[] {
  const own = linkLocalStation(attacker.port.mac_address);
  const stolen = anAddress(addressOf(far.port));
  const claim = { kind: 'target-link-layer-address', mac: own.mac } as const;
  const advertisement = { kind: 'neighbor-advertisement', router: false, solicited: false, override: true } as const;
  return [
    icmpv6Attack('a NA for another port’s address', { ...advertisement, target: stolen, options: [claim] }),
    icmpv6Attack('a NS whose link-layer option names another MAC', {
      kind: 'neighbor-solicitation',
      target: stolen,
      options: [{ kind: 'source-link-layer-address', mac: linkLocalStation(far.port.mac_address).mac }],
    }),
    icmpv6Attack('a Redirect', { kind: 'redirect', target: own.address, destination: stolen, options: [claim] }),
  ];
}

/** Plays the DHCPv6 server and the multicast querier of the link. */
function serviceAttacks({ attacker }: Neighbours): readonly Attack[] {
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
function forgeryOf({ attacker, near, far }: Neighbours, { name, forge, content }: Attack): Forgery {
  const own = linkLocalStation(attacker.port.mac_address);
  const targets: readonly Station[] = [allNodes, ...[near, far].map(({ port }) => linkLocalStation(port.mac_address))];
  const frames = targets.map(({ mac, address }) =>
    forge({ sourceMac: own.mac, destinationMac: mac, source: own.address, destination: address }),
  );
  return { name, frames, isForged: (frame) => carries(frame, content) };
}
