import type { Mac } from '../ip/index.ts';
import { Reader, Writer } from './bytes.ts';
import { type Decoded, unlessTruncated } from './problem.ts';

/** Ethernet II. A VLAN tag is left in the payload, with its TPID as the EtherType. */
export interface EthernetFrame {
  readonly destination: Mac;
  readonly source: Mac;
  readonly etherType: number;
  readonly payload: Uint8Array;
}

/** IEEE 802 numbers, of IANA's registry. */
export const etherTypes = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, ipv6: 0x86dd } as const;

/** The octets of an Ethernet II frame, without the frame check sequence. */
export function encodeEthernet({ destination, source, etherType, payload }: EthernetFrame): Uint8Array {
  return new Writer().mac(destination).mac(source).u16(etherType).bytes(payload).toBytes();
}

/** Reads the Ethernet II header; a VLAN tag is left in the payload. */
export function decodeEthernet(bytes: Uint8Array): Decoded<EthernetFrame> {
  const reader = new Reader(bytes);
  const frame = { destination: reader.mac(), source: reader.mac(), etherType: reader.u16(), payload: reader.rest() };
  return unlessTruncated(reader, 'ethernet', frame);
}
