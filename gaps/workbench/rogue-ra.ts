import { encodeIcmpv6, fragmentIpv6, type Ipv6Packet, icmpv6Packet, protocols } from '../../src/packet/index.ts';
import type { CapturedFrame } from '../contract.ts';
import { aPrefix, carries, type Station } from './frames.ts';

/** Every forged packet carries a label, so that its fragments are known too, wherever the prefix was cut. */
const firstLabel = 0xbad00;

/** The rogue router, the guest that it sends to, and the prefix that it advertises. */
export interface RogueOptions {
  readonly rogue: Station;
  readonly target: Station;
  /** The prefix that it advertises. */
  readonly prefix: string;
  /** Tells one forgery from another: 0 to 255. */
  readonly number: number;
}

/** Known wherever it shows up, as a fragment and inside of a tunnel too. */
export function isRogue(frame: CapturedFrame, number: number): boolean {
  return carries(frame, firstWord(number));
}

/**
 * Whether it is a later fragment, of which no receiver makes anything without the first one (RFC 8200 §4.5). Guards may let
 * those pass (RFC 7113 §3): they can't tell one from a later fragment of an honest packet.
 */
export function isLaterFragment({ bytes }: CapturedFrame, number: number): boolean {
  const frame = Buffer.from(bytes);
  const header = frame.indexOf(firstWord(number));
  if (header < 0) return false;
  let next = frame[header + 6] ?? 0;
  let at = header + 40;
  for (; next === protocols.hopByHop; at += 8 * ((frame[at + 1] ?? 0) + 1)) next = frame[at] ?? 0;
  return next === protocols.fragment && (frame.readUInt16BE(at + 2) & 0xfff8) > 0;
}

/** Version, traffic class 0 and flow label: the first word of the IPv6 header (RFC 8200 §3). */
function firstWord(number: number): Uint8Array {
  return Uint8Array.of(0x60, firstLabel >> 16, (firstLabel >> 8) & 0xff, number);
}

/** An RA that would make its sender the best default router, and give all hosts an address of its prefix. */
export function rogueAdvertisement({ rogue, target, prefix, number }: RogueOptions): Ipv6Packet {
  const packet = icmpv6Packet(
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
          prefix: aPrefix(prefix),
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
  return { ...packet, flowLabel: firstLabel + number };
}

/** A way to hide a router advertisement from a guard that looks at the first header only. */
export interface Evasion {
  readonly name: string;
  /** The packets of one rogue RA, in the order in which they are sent. */
  disguise(advertisement: Ipv6Packet): readonly Ipv6Packet[];
}

/** Options that fill a header so far that a fragment can end within the chain: PadN of zeros (RFC 8200 §4.2). */
const padding = (bytes: number) => Uint8Array.of(1, bytes - 2, ...new Uint8Array(bytes - 2));
const hopByHop = { kind: 'hop-by-hop', body: padding(6) } as const;
const destinationOptions = { kind: 'destination-options', body: padding(62) } as const;
const routing = { kind: 'routing', body: Uint8Array.of(4, 0, 0, 0, 0, 0) } as const;

/** A fragment header that says that nothing was cut (RFC 6946). */
const atomic = { kind: 'fragment', offsetBytes: 0, moreFragments: false, identification: 0xbad17 } as const;

function cut(pieces: readonly (readonly [offset: number, length: number])[], unfragmentableHeaders = 0) {
  return (packet: Ipv6Packet) =>
    fragmentIpv6(packet, {
      identification: 0xbad16,
      unfragmentableHeaders,
      pieces: pieces.map(([offsetBytes, lengthBytes]) => ({ offsetBytes, lengthBytes })),
    });
}

const withHeaders =
  (...extensionHeaders: NonNullable<Ipv6Packet['extensionHeaders']>) =>
  (packet: Ipv6Packet): Ipv6Packet => ({ ...packet, extensionHeaders });

/** The RA without options is 16 bytes, with a prefix and the link-layer address 56. */
const whole = 4096;

function halves(packet: Ipv6Packet, unfragmentableHeaders = 0): readonly Ipv6Packet[] {
  const pieces = [
    [0, 16],
    [16, whole],
  ] as const;
  return cut(pieces, unfragmentableHeaders)(packet);
}

/** An echo request of the same length, from and to the same, without the label: alone it is honest. */
function asEcho(packet: Ipv6Packet): Ipv6Packet {
  const data = new Uint8Array(packet.payload.length - 8);
  return {
    ...packet,
    flowLabel: 0,
    payload: encodeIcmpv6({ kind: 'echo-request', identifier: 16, sequence: 1, data }, packet),
  };
}

/** The disguises by which a forged advertisement tries to pass an RA guard (RFC 7113 §2). */
export const evasions: readonly Evasion[] = [
  { name: 'plain', disguise: (packet) => [packet] },
  { name: 'behind hop-by-hop options', disguise: (packet) => [withHeaders(hopByHop)(packet)] },
  { name: 'behind destination options', disguise: (packet) => [withHeaders(destinationOptions)(packet)] },
  {
    name: 'behind a chain of headers',
    disguise: (packet) => [withHeaders(hopByHop, destinationOptions, routing, destinationOptions)(packet)],
  },
  { name: 'behind a fragment header alone', disguise: cut([[0, whole]]) },
  { name: 'in two fragments', disguise: (packet) => halves(packet) },
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
    name: 'in overlapping fragments, the last one first',
    disguise: cut([
      [32, whole],
      [16, 24],
      [0, 24],
    ]),
  },
  {
    name: 'in fragments that overlap the first one of an echo request',
    disguise: (packet) => [...cut([[0, 24]])(asEcho(packet)), ...halves(packet)],
  },
  {
    name: 'in two fragments behind hop-by-hop options',
    disguise: (packet) => halves(withHeaders(hopByHop)(packet), 1),
  },
  { name: 'behind a routing header', disguise: (packet) => [withHeaders(routing)(packet)] },
  { name: 'behind two fragment headers', disguise: (packet) => [withHeaders(atomic, atomic)(packet)] },
  {
    name: 'behind a fragment header, in fragments of which the first ends with that header',
    disguise: (packet) =>
      cut([
        [0, 8],
        [8, whole],
      ])(withHeaders(atomic)(packet)),
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
