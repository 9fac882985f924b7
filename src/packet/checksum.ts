import type { Address } from '../ip/index.ts';
import { Writer } from './bytes.ts';

/** Source and destination, for the pseudo-header of upper-layer checksums. */
export interface Endpoints {
  readonly source: Address;
  readonly destination: Address;
}

/** The Internet checksum (RFC 1071): the complement of the ones' complement sum, 0 over data that holds a right one. */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** The checksum over the pseudo-header (RFC 8200 §8.1, RFC 768) and the upper-layer packet. */
export function upperLayerChecksum({ source, destination }: Endpoints, protocol: number, packet: Uint8Array): number {
  const pseudo = new Writer().address(source).address(destination);
  if (source.family === 6) pseudo.u32(packet.length).u32(protocol);
  else pseudo.u16(protocol).u16(packet.length);
  return internetChecksum(pseudo.bytes(packet).toBytes());
}
