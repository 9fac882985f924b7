/**
 * The wire formats that the first hop speaks and refuses: plain values in and out, RFC rules on the way. Decoders answer
 * hostile bytes with a problem, never with a throw or a hang. Encoders write what they are told, legal or not, as the
 * first hop is tested with forged packets: a number too large for its field is cut, so the caller must see to it that a
 * list that may grow fits. It knows no ports, no policy and no sockets.
 */
export { type ArpPacket, decodeArp, encodeArp } from './arp.ts';
export { equalBytes } from './bytes.ts';
export { type Endpoints, internetChecksum, upperLayerChecksum } from './checksum.ts';
export {
  type Dhcpv4Message,
  type Dhcpv4MessageType,
  type Dhcpv4Option,
  type Dhcpv4Route,
  decodeDhcpv4,
  dhcpv4OptionCodes,
  dhcpv4Ports,
  encodeDhcpv4,
} from './dhcpv4.ts';
export {
  type Dhcpv6Message,
  type Dhcpv6MessageType,
  decodeDhcpv6,
  dhcpv6Ports,
  encodeDhcpv6,
} from './dhcpv6.ts';
export {
  type Dhcpv6Option,
  type Dhcpv6Status,
  dhcpv6OptionCodes,
  type IaAddress,
  type IaPrefix,
  type IdentityAssociation,
} from './dhcpv6-options.ts';
export { decodeEthernet, type EthernetFrame, encodeEthernet, etherTypes } from './ethernet.ts';
export {
  type DecodedFrame,
  decodeFrame,
  duidLinkLayer,
  type FrameAddresses,
  type Ipv6FrameOptions,
  icmpv6Frame,
  icmpv6Packet,
  ipv6Frame,
  multicastMac,
  udpFrame,
} from './frame.ts';
export {
  decodeIcmpv6,
  encodeIcmpv6,
  type IcmpEcho,
  type Icmpv6Message,
  icmpv6Types,
  type NeighborAdvertisement,
  type NeighborSolicitation,
  type Redirect,
  type RouterAdvertisement,
  type RouterSolicitation,
} from './icmpv6.ts';
export { decodeIpv4, encodeIpv4, type Ipv4Packet } from './ipv4.ts';
export {
  decodeIpv6,
  type ExtensionHeader,
  encodeIpv6,
  type FragmentationOptions,
  type FragmentExtension,
  type FragmentPiece,
  fragmentIpv6,
  type GenericExtension,
  type Ipv6Packet,
  protocols,
} from './ipv6.ts';
export type { MldMessage, MldV2Query, MulticastAddressRecord } from './mld.ts';
export {
  encodeNdOptions,
  type NdOption,
  type Preference,
  type PrefixInformation,
  type RouteInformation,
} from './nd-options.ts';
export type { Decoded, PacketProblem } from './problem.ts';
export { decodeUdp, encodeUdp, type UdpDatagram } from './udp.ts';
