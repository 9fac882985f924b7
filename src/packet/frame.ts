import { ok } from '../base/index.ts';
import { type Address, isMulticast, type Mac, macBytes, parseMac } from '../ip/index.ts';
import { type ArpPacket, decodeArp } from './arp.ts';
import { decodeEthernet, type EthernetFrame, encodeEthernet, etherTypes } from './ethernet.ts';
import { decodeIcmpv6, encodeIcmpv6, type Icmpv6Message } from './icmpv6.ts';
import { decodeIpv4, encodeIpv4, type Ipv4Packet } from './ipv4.ts';
import { decodeIpv6, type ExtensionHeader, encodeIpv6, type Ipv6Packet, protocols } from './ipv6.ts';
import type { Decoded } from './problem.ts';
import { decodeUdp, encodeUdp, type UdpDatagram } from './udp.ts';

/** A frame taken apart as far as the first hop reads; what it doesn't read stays payload. */
export interface DecodedFrame {
  readonly ethernet: EthernetFrame;
  readonly ipv6?: Ipv6Packet;
  readonly ipv4?: Ipv4Packet;
  readonly arp?: ArpPacket;
  readonly icmpv6?: Icmpv6Message;
  readonly udp?: UdpDatagram;
}

/** Takes a frame apart. A fragment's payload is not looked into. Any layer that is wrong condemns the frame. */
export function decodeFrame(bytes: Uint8Array): Decoded<DecodedFrame> {
  const ethernet = decodeEthernet(bytes);
  if (!ethernet.ok) return ethernet;
  const { etherType, payload } = ethernet.value;
  if (etherType === etherTypes.ipv6) return decodeIpv6Frame(ethernet.value);
  if (etherType === etherTypes.ipv4) return decodeIpv4Frame(ethernet.value);
  if (etherType !== etherTypes.arp) return ok({ ethernet: ethernet.value });
  const arp = decodeArp(payload);
  return arp.ok ? ok({ ethernet: ethernet.value, arp: arp.value }) : arp;
}

/** The addresses of both layers of a frame to be. */
export interface FrameAddresses {
  readonly sourceMac: Mac;
  readonly destinationMac: Mac;
  readonly source: Address;
  readonly destination: Address;
}

/** Optional parts of a frame. The hop limit is 255 by default, as Neighbor Discovery demands. */
export interface Ipv6FrameOptions {
  readonly hopLimit?: number;
  readonly extensionHeaders?: readonly ExtensionHeader[];
}

/** The octets of a frame that carries an IPv6 packet. */
export function ipv6Frame(
  packet: Ipv6Packet,
  macs: { readonly sourceMac: Mac; readonly destinationMac: Mac },
): Uint8Array {
  return encodeEthernet({
    source: macs.sourceMac,
    destination: macs.destinationMac,
    etherType: etherTypes.ipv6,
    payload: encodeIpv6(packet),
  });
}

/** The IPv6 packet around an ICMPv6 message, to be sent whole, or cut by `fragmentIpv6`. */
export function icmpv6Packet(
  message: Icmpv6Message,
  { source, destination }: Pick<FrameAddresses, 'source' | 'destination'>,
  { hopLimit = 255, extensionHeaders = [] }: Ipv6FrameOptions = {},
): Ipv6Packet {
  const payload = encodeIcmpv6(message, { source, destination });
  return { source, destination, hopLimit, extensionHeaders, protocol: protocols.icmpv6, payload };
}

/** The octets of a frame that carries an ICMPv6 message, with its checksum. */
export function icmpv6Frame(message: Icmpv6Message, addresses: FrameAddresses, options?: Ipv6FrameOptions): Uint8Array {
  return ipv6Frame(icmpv6Packet(message, addresses, options), addresses);
}

/** A UDP datagram over IPv6 or IPv4, as the addresses say; hop limit 64. */
export function udpFrame(datagram: UdpDatagram, addresses: FrameAddresses): Uint8Array {
  const { source, destination, sourceMac, destinationMac } = addresses;
  const payload = encodeUdp(datagram, addresses);
  const common = { source, destination, protocol: protocols.udp, payload };
  if (source.family === 6) return ipv6Frame({ ...common, hopLimit: 64 }, addresses);
  const packet = encodeIpv4({ ...common, timeToLive: 64 });
  return encodeEthernet({
    source: sourceMac,
    destination: destinationMac,
    etherType: etherTypes.ipv4,
    payload: packet,
  });
}

/** The group MAC of an IPv6 multicast address: 33:33 and its low 32 bits (RFC 2464 §7). Undefined for unicast. */
export function multicastMac(address: Address): Mac | undefined {
  if (address.family !== 6 || !isMulticast(address)) return undefined;
  const low = (address.value & 0xffffffffn).toString(16).padStart(8, '0');
  return parseMac(`33:33:${(low.match(/../g) ?? []).join(':')}`);
}

/** The DUID that is made of a MAC alone: DUID-LL (RFC 8415 §11.4). */
export function duidLinkLayer(mac: Mac): Uint8Array {
  return Uint8Array.of(0, 3, 0, 1, ...macBytes(mac));
}

function decodeIpv6Frame(ethernet: EthernetFrame): Decoded<DecodedFrame> {
  const decoded = decodeIpv6(ethernet.payload);
  if (!decoded.ok) return decoded;
  const ipv6 = decoded.value;
  const isFragment = ipv6.extensionHeaders?.some((header) => header.kind === 'fragment' && !isAtomic(header));
  if (isFragment) return ok({ ethernet, ipv6 });
  if (ipv6.protocol === protocols.icmpv6) {
    const icmpv6 = decodeIcmpv6(ipv6.payload, ipv6);
    return icmpv6.ok ? ok({ ethernet, ipv6, icmpv6: icmpv6.value }) : icmpv6;
  }
  if (ipv6.protocol !== protocols.udp) return ok({ ethernet, ipv6 });
  const udp = decodeUdp(ipv6.payload, ipv6);
  return udp.ok ? ok({ ethernet, ipv6, udp: udp.value }) : udp;
}

/** A fragment that is the whole packet (RFC 6946). */
function isAtomic(header: { readonly offsetBytes: number; readonly moreFragments: boolean }): boolean {
  return header.offsetBytes === 0 && !header.moreFragments;
}

function decodeIpv4Frame(ethernet: EthernetFrame): Decoded<DecodedFrame> {
  const decoded = decodeIpv4(ethernet.payload);
  if (!decoded.ok) return decoded;
  const ipv4 = decoded.value;
  const isFragment = ipv4.moreFragments || (ipv4.fragmentOffsetBytes ?? 0) > 0;
  if (ipv4.protocol !== protocols.udp || isFragment) return ok({ ethernet, ipv4 });
  const udp = decodeUdp(ipv4.payload, ipv4);
  return udp.ok ? ok({ ethernet, ipv4, udp: udp.value }) : udp;
}
