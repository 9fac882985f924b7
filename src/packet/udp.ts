import { ok } from '../base/index.ts';
import { Reader, Writer } from './bytes.ts';
import { type Endpoints, upperLayerChecksum } from './checksum.ts';
import { protocols } from './ipv6.ts';
import { badChecksum, type Decoded, malformed, truncated } from './problem.ts';

/** RFC 768. */
export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

const HEADER_BYTES = 8;

/** The octets of a UDP datagram, with its checksum over the addresses that it travels between (RFC 768). */
export function encodeUdp({ sourcePort, destinationPort, payload }: UdpDatagram, endpoints: Endpoints): Uint8Array {
  const length = HEADER_BYTES + payload.length;
  const bytes = new Writer().u16(sourcePort).u16(destinationPort).u16(length).u16(0).bytes(payload).toBytes();
  // 0 means "no checksum", so a sum of 0 is sent as its other form (RFC 8200 §8.1).
  new DataView(bytes.buffer).setUint16(6, upperLayerChecksum(endpoints, protocols.udp, bytes) || 0xffff);
  return bytes;
}

/** Only IPv4 may go without a checksum (RFC 8200 §8.1). */
export function decodeUdp(bytes: Uint8Array, endpoints: Endpoints): Decoded<UdpDatagram> {
  const reader = new Reader(bytes);
  const [sourcePort, destinationPort, length, checksum] = [reader.u16(), reader.u16(), reader.u16(), reader.u16()];
  if (reader.truncated || length > bytes.length) return truncated('udp');
  if (length < HEADER_BYTES) return malformed('udp length');
  const isOmitted = checksum === 0 && endpoints.source.family === 4;
  const datagram = bytes.subarray(0, length);
  if (!isOmitted && (checksum === 0 || upperLayerChecksum(endpoints, protocols.udp, datagram) !== 0)) {
    return badChecksum('udp');
  }
  return ok({ sourcePort, destinationPort, payload: datagram.subarray(HEADER_BYTES) });
}
