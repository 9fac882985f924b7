import type { Address, Mac } from '../ip/index.ts';
import { Reader, Writer } from './bytes.ts';
import { type Decoded, malformed, unlessTruncated } from './problem.ts';

/** RFC 826, for IPv4 over Ethernet. */
export interface ArpPacket {
  readonly kind: 'request' | 'reply';
  readonly senderMac: Mac;
  readonly senderAddress: Address;
  readonly targetMac: Mac;
  readonly targetAddress: Address;
}

/** The octets of an ARP packet for IPv4 over Ethernet (RFC 826). */
export function encodeArp(arp: ArpPacket): Uint8Array {
  return new Writer()
    .u16(ETHERNET)
    .u16(IPV4)
    .u8(6)
    .u8(4)
    .u16(arp.kind === 'request' ? 1 : 2)
    .mac(arp.senderMac)
    .address(arp.senderAddress)
    .mac(arp.targetMac)
    .address(arp.targetAddress)
    .toBytes();
}

/** Reads an ARP packet; one for other protocols than IPv4 over Ethernet is malformed. */
export function decodeArp(bytes: Uint8Array): Decoded<ArpPacket> {
  const reader = new Reader(bytes);
  const header = [reader.u16(), reader.u16(), reader.u8(), reader.u8()].join();
  const operation = reader.u16();
  const arp = {
    kind: operation === 1 ? 'request' : 'reply',
    senderMac: reader.mac(),
    senderAddress: reader.ipv4(),
    targetMac: reader.mac(),
    targetAddress: reader.ipv4(),
  } as const;
  if (!reader.truncated && (header !== EXPECTED_HEADER || (operation !== 1 && operation !== 2)))
    return malformed('arp');
  return unlessTruncated(reader, 'arp', arp);
}

const ETHERNET = 1;
const IPV4 = 0x0800;
const EXPECTED_HEADER = [ETHERNET, IPV4, 6, 4].join();
