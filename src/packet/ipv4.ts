import { ok } from '../base/index.ts';
import type { Address } from '../ip/index.ts';
import { Reader, Writer } from './bytes.ts';
import { internetChecksum } from './checksum.ts';
import { badChecksum, type Decoded, malformed, truncated } from './problem.ts';

/** RFC 791 §3.1. Options are passed over when reading and never written. */
export interface Ipv4Packet {
  readonly source: Address;
  readonly destination: Address;
  readonly timeToLive: number;
  readonly protocol: number;
  readonly payload: Uint8Array;
  readonly fragmentOffsetBytes?: number;
  readonly moreFragments?: boolean;
}

const HEADER_BYTES = 20;

/** The octets of an IPv4 packet without options, with its header checksum (RFC 791 §3.1). */
export function encodeIpv4(packet: Ipv4Packet): Uint8Array {
  const header = new Writer()
    .u16(0x4500)
    .u16(HEADER_BYTES + packet.payload.length)
    .u16(0)
    .u16((packet.moreFragments ? 0x2000 : 0) | ((packet.fragmentOffsetBytes ?? 0) >> 3))
    .u8(packet.timeToLive)
    .u8(packet.protocol)
    .u16(0)
    .address(packet.source)
    .address(packet.destination)
    .toBytes();
  new DataView(header.buffer).setUint16(10, internetChecksum(header));
  return new Writer().bytes(header).bytes(packet.payload).toBytes();
}

/** Reads an IPv4 packet; padding behind its total length is cut off. */
export function decodeIpv4(bytes: Uint8Array): Decoded<Ipv4Packet> {
  const reader = new Reader(bytes);
  const versionAndLength = reader.u8();
  reader.u8();
  const [totalBytes, , fragment, timeToLive, protocol] = [
    reader.u16(),
    reader.u16(),
    reader.u16(),
    reader.u8(),
    reader.u8(),
  ];
  reader.u16();
  const [source, destination] = [reader.ipv4(), reader.ipv4()];
  const headerBytes = (versionAndLength & 15) * 4;
  if (reader.truncated || totalBytes > bytes.length) return truncated('ipv4');
  if (versionAndLength >> 4 !== 4 || headerBytes < HEADER_BYTES || headerBytes > totalBytes) return malformed('ipv4');
  if (internetChecksum(bytes.subarray(0, headerBytes)) !== 0) return badChecksum('ipv4');
  return ok({
    source,
    destination,
    timeToLive,
    protocol,
    payload: bytes.subarray(headerBytes, totalBytes),
    fragmentOffsetBytes: (fragment & 0x1fff) * 8,
    moreFragments: (fragment & 0x2000) !== 0,
  });
}
