import { ok } from '../base/index.ts';
import type { Address } from '../ip/index.ts';
import { Reader, Writer } from './bytes.ts';
import { type Decoded, malformed, truncated } from './problem.ts';

/** Protocol numbers of IANA's registry that the first hop has to do with. */
export const protocols = {
  hopByHop: 0,
  icmp: 1,
  tcp: 6,
  udp: 17,
  routing: 43,
  fragment: 44,
  icmpv6: 58,
  noNextHeader: 59,
  destinationOptions: 60,
} as const;

/** Hop-by-hop options, destination options or a routing header (RFC 8200 §4.3, §4.4, §4.6). */
export interface GenericExtension {
  readonly kind: 'hop-by-hop' | 'destination-options' | 'routing';
  /** The bytes after next header and length; padded with PadN to a multiple of 8 when it is written. */
  readonly body: Uint8Array;
}

/** RFC 8200 §4.5. */
export interface FragmentExtension {
  readonly kind: 'fragment';
  /** A multiple of 8. */
  readonly offsetBytes: number;
  readonly moreFragments: boolean;
  readonly identification: number;
}

/** An extension header between the IPv6 header and the upper layer's (RFC 8200 §4). */
export type ExtensionHeader = GenericExtension | FragmentExtension;

/** RFC 8200 §3. */
export interface Ipv6Packet {
  readonly source: Address;
  readonly destination: Address;
  readonly hopLimit: number;
  readonly trafficClass?: number;
  readonly flowLabel?: number;
  readonly extensionHeaders?: readonly ExtensionHeader[];
  /** The protocol of the payload: what stands in the last header's next-header field. */
  readonly protocol: number;
  readonly payload: Uint8Array;
  /** Written in place of the true length, to forge a packet. Never set by the decoder. */
  readonly forgedPayloadLength?: number;
}

/** Writes any chain, legal or not: forged packets are what the first hop is tested with. */
export function encodeIpv6(packet: Ipv6Packet): Uint8Array {
  const { extensionHeaders = [], protocol } = packet;
  const following = [...extensionHeaders.map((extension) => extensionProtocols[extension.kind]), protocol];
  const chain = new Writer();
  extensionHeaders.forEach((extension, i) => {
    chain.bytes(encodeExtension(extension, following[i + 1] ?? protocol));
  });
  const rest = chain.bytes(packet.payload).toBytes();
  return new Writer()
    .u32(0x60000000 + (packet.trafficClass ?? 0) * 0x100000 + (packet.flowLabel ?? 0))
    .u16(packet.forgedPayloadLength ?? rest.length)
    .u8(following[0] ?? protocol)
    .u8(packet.hopLimit)
    .address(packet.source)
    .address(packet.destination)
    .bytes(rest)
    .toBytes();
}

/**
 * Reads the header and the extension headers as far as they are in this packet: all of them, or those of a first
 * fragment; behind the header of a later fragment everything is payload. Bytes beyond the payload length are Ethernet
 * padding, and are cut off.
 */
export function decodeIpv6(bytes: Uint8Array): Decoded<Ipv6Packet> {
  const reader = new Reader(bytes);
  const word = reader.u32();
  const [length, next, hopLimit] = [reader.u16(), reader.u8(), reader.u8()];
  const [source, destination] = [reader.ipv6(), reader.ipv6()];
  const body = reader.bytes(length);
  if (reader.truncated) return truncated('ipv6');
  if (Math.floor(word / 2 ** 28) !== 6) return malformed('ipv6 version');
  const chain = decodeChain(next, body);
  if (!chain.ok) return chain;
  const trafficClass = Math.floor(word / 2 ** 20) & 255;
  return ok({ source, destination, hopLimit, trafficClass, flowLabel: word & 0xfffff, ...chain.value });
}

/** The part of a packet that one fragment carries. Offsets are multiples of 8 (RFC 8200 §4.5). */
export interface FragmentPiece {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** Default: true unless the piece reaches the end. */
  readonly moreFragments?: boolean;
}

/** How a packet is cut into fragments, legally or not: tests send what RFC 8200 §4.5 forbids, too. */
export interface FragmentationOptions {
  readonly identification: number;
  /** The piece of the fragmentable part in each fragment. They may be in any order, overlap, and leave gaps. */
  readonly pieces: readonly FragmentPiece[];
  /** How many of the extension headers stand before the fragment header in every fragment. Default 0. */
  readonly unfragmentableHeaders?: number;
}

/** Cuts a packet into fragments (RFC 8200 §4.5), one for each piece and in the order of the pieces. */
export function fragmentIpv6(packet: Ipv6Packet, options: FragmentationOptions): readonly Ipv6Packet[] {
  const { extensionHeaders = [] } = packet;
  const split = options.unfragmentableHeaders ?? 0;
  const inner = extensionHeaders.slice(split);
  const whole = encodeIpv6({ ...packet, extensionHeaders: inner }).subarray(IPV6_HEADER_BYTES);
  const first = inner[0];
  return options.pieces.map(({ offsetBytes, lengthBytes, moreFragments }) => ({
    ...packet,
    extensionHeaders: [
      ...extensionHeaders.slice(0, split),
      {
        kind: 'fragment',
        offsetBytes,
        moreFragments: moreFragments ?? offsetBytes + lengthBytes < whole.length,
        identification: options.identification,
      },
    ],
    protocol: first ? extensionProtocols[first.kind] : packet.protocol,
    payload: whole.slice(offsetBytes, offsetBytes + lengthBytes),
  }));
}

const IPV6_HEADER_BYTES = 40;

const extensionProtocols = {
  'hop-by-hop': protocols.hopByHop,
  'destination-options': protocols.destinationOptions,
  routing: protocols.routing,
  fragment: protocols.fragment,
} as const;

const genericKinds: ReadonlyMap<number, GenericExtension['kind']> = new Map([
  [protocols.hopByHop, 'hop-by-hop'],
  [protocols.destinationOptions, 'destination-options'],
  [protocols.routing, 'routing'],
]);

function encodeExtension(extension: ExtensionHeader, next: number): Uint8Array {
  const writer = new Writer().u8(next);
  if (extension.kind === 'fragment') {
    const { offsetBytes, moreFragments, identification } = extension;
    return writer
      .u8(0)
      .u16((offsetBytes & ~7) | (moreFragments ? 1 : 0))
      .u32(identification)
      .toBytes();
  }
  const padding = (8 - ((extension.body.length + 2) % 8)) % 8;
  writer.u8((extension.body.length + 2 + padding) / 8 - 1).bytes(extension.body);
  if (padding === 1) writer.u8(0);
  if (padding > 1)
    writer
      .u8(1)
      .u8(padding - 2)
      .zeros(padding - 2);
  return writer.toBytes();
}

interface Chain {
  readonly extensionHeaders: readonly ExtensionHeader[];
  readonly protocol: number;
  readonly payload: Uint8Array;
}

function decodeChain(first: number, body: Uint8Array): Decoded<Chain> {
  const reader = new Reader(body);
  const extensionHeaders: ExtensionHeader[] = [];
  let protocol = first;
  for (;;) {
    const kind = genericKinds.get(protocol);
    if (kind === undefined && protocol !== protocols.fragment) break;
    protocol = reader.u8();
    const extension = kind === undefined ? decodeFragment(reader) : decodeGeneric(reader, kind);
    if (reader.truncated) return truncated(`ipv6 ${extension.kind}`);
    extensionHeaders.push(extension);
    if (extension.kind === 'fragment' && extension.offsetBytes > 0) break;
  }
  return ok({ extensionHeaders, protocol, payload: reader.rest() });
}

function decodeFragment(reader: Reader): FragmentExtension {
  reader.u8();
  const word = reader.u16();
  return { kind: 'fragment', offsetBytes: word & ~7, moreFragments: (word & 1) === 1, identification: reader.u32() };
}

function decodeGeneric(reader: Reader, kind: GenericExtension['kind']): GenericExtension {
  const length = reader.u8();
  return { kind, body: reader.bytes(length * 8 + 6) };
}
