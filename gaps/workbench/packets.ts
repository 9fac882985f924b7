import {
  type ExtensionHeader,
  encodeEthernet,
  encodeIpv4,
  encodeUdp,
  etherTypes,
  fragmentIpv6,
  type Ipv6Packet,
  ipv6Frame,
  protocols,
  upperLayerChecksum,
} from '../../src/packet/index.ts';
import type { Station } from './frames.ts';

/** One packet to be: who sends it to whom, and the marker by which it is found again. */
export interface Sending {
  readonly from: Station;
  readonly to: Station;
  /** Stands behind the headers of the packet. */
  readonly marker: Uint8Array;
  /** Source port or identifier, new for each packet, so that none belongs to the connection of another one. */
  readonly flow: number;
}

/** Makes the frames of one packet: several where it is sent in fragments. */
export type PacketMaker = (sending: Sending) => readonly Uint8Array[];

/** A TCP SYN to a port, over IPv6 or IPv4 as the stations say. */
export function tcp(port: number, options?: PacketOptions): PacketMaker {
  return packetMaker(
    protocols.tcp,
    (sending) => withChecksum(tcpSyn(port, sending), 16, protocols.tcp, sending),
    options,
  );
}

/** A UDP datagram to a port, over IPv6 or IPv4. */
export function udp(port: number, { sourcePort, ...options }: UdpOptions = {}): PacketMaker {
  const encode = ({ from, to, marker, flow }: Sending) =>
    encodeUdp(
      { sourcePort: sourcePort ?? flow, destinationPort: port, payload: marker },
      { source: from.address, destination: to.address },
    );
  return packetMaker(protocols.udp, encode, options);
}

/** An ICMPv6 message; identifier and sequence number stand behind the checksum, as in an echo (RFC 4443 §4.1). */
export function icmpv6(type: number, code = 0): PacketMaker {
  const encode = (sending: Sending) =>
    withChecksum([type, code, 0, 0, ...halves(sending.flow), 0, 1], 2, protocols.icmpv6, sending);
  return packetMaker(protocols.icmpv6, encode);
}

/** A packet of any other protocol, by its number in the IP header; 8 bytes of zeros stand before the marker. */
export function ofProtocol(number: number): PacketMaker {
  return packetMaker(number, ({ marker }) => Uint8Array.from([...new Uint8Array(8), ...marker]));
}

/** An SCTP INIT to a port (RFC 9260 §3.3.2). The marker stands behind it, as a receiver's kernel need not like it. */
export function sctp(port: number): PacketMaker {
  return packetMaker(132, ({ flow, marker }) =>
    Uint8Array.from([...halves(flow), ...halves(port), 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 20, ...marker]),
  );
}

/** How a packet is dressed: extension headers, fragments and a larger payload. */
export interface PacketOptions {
  /** Between the IPv6 header and that of the protocol. */
  readonly extensionHeaders?: readonly ExtensionHeader[];
  /** Pieces of the packet in the order in which they are sent: offset and length in bytes. */
  readonly pieces?: readonly (readonly [offset: number, length: number])[];
  /** Length of the payload that the marker is stretched to by zeros. */
  readonly payloadBytes?: number;
}

interface UdpOptions extends PacketOptions {
  /** Default: the flow's. */
  readonly sourcePort?: number;
}

function packetMaker(
  protocol: number,
  encode: (sending: Sending) => Uint8Array,
  { extensionHeaders = [], pieces, payloadBytes = 0 }: PacketOptions = {},
): PacketMaker {
  return (given) => {
    const { from, to, flow } = given;
    const payload = encode({ ...given, marker: stretched(given.marker, payloadBytes) });
    const macs = { sourceMac: from.mac, destinationMac: to.mac };
    const common = { source: from.address, destination: to.address, protocol, payload };
    if (from.address.family === 4) return [ipv4Frame(common, macs)];
    const packet: Ipv6Packet = { ...common, hopLimit: 64, extensionHeaders };
    return cut(packet, flow, pieces).map((one) => ipv6Frame(one, macs));
  };
}

function cut(packet: Ipv6Packet, identification: number, pieces: PacketOptions['pieces']): readonly Ipv6Packet[] {
  if (!pieces) return [packet];
  const inBytes = pieces.map(([offsetBytes, lengthBytes]) => ({ offsetBytes, lengthBytes }));
  return fragmentIpv6(packet, { identification, pieces: inBytes });
}

function stretched(marker: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(Math.max(marker.length, length));
  result.set(marker);
  return result;
}

function ipv4Frame(
  packet: Omit<Parameters<typeof encodeIpv4>[0], 'timeToLive'>,
  { sourceMac, destinationMac }: Parameters<typeof ipv6Frame>[1],
): Uint8Array {
  const payload = encodeIpv4({ ...packet, timeToLive: 64 });
  return encodeEthernet({ source: sourceMac, destination: destinationMac, etherType: etherTypes.ipv4, payload });
}

function halves(number: number): readonly number[] {
  return [number >> 8, number & 0xff];
}

/** RFC 9293 §3.1: without options, a window of 8,192 bytes. */
function tcpSyn(port: number, { flow }: Sending): readonly number[] {
  const sequence = [...halves(flow), ...halves(flow)];
  return [...halves(flow), ...halves(port), ...sequence, 0, 0, 0, 0, 0x50, 0x02, ...halves(8_192), 0, 0, 0, 0];
}

/** The marker behind a header, and the checksum over both at its place in the header. */
function withChecksum(
  header: readonly number[],
  at: number,
  protocol: number,
  { from, to, marker }: Sending,
): Uint8Array {
  const bytes = Uint8Array.from([...header, ...marker]);
  const sum = upperLayerChecksum({ source: from.address, destination: to.address }, protocol, bytes);
  new DataView(bytes.buffer).setUint16(at, sum);
  return bytes;
}
