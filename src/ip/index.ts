/**
 * IP arithmetic, IPv6 first: addresses, prefixes, ranges, MACs and interface identifiers, as plain values.
 * It knows text, numbers and the RFCs' rules; it knows no packets, no Neutron and no zones (`%eth0` is refused:
 * a zone has a meaning on one host only).
 */
export {
  type Address,
  addressBytes,
  addressFromBytes,
  compareAddress,
  equalAddress,
  type Family,
  familyBits,
  formatAddress,
  isIpv6,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUnspecified,
  parseAddress,
  solicitedNode,
} from './address.ts';
export {
  eui64,
  interfaceIdentifier,
  linkLocalFromMac,
  macFromEui64,
  type StableIidInput,
  stableIid,
} from './interface-identifier.ts';
export { broadcastMac, isMulticastMac, type Mac, macBytes, macFromBytes, macPattern, parseMac } from './mac.ts';
export {
  addressAt,
  firstAddress,
  formatPrefix,
  hostPrefix,
  lastAddress,
  type Prefix,
  parsePrefix,
  prefixContains,
  prefixContainsPrefix,
  prefixFamily,
  prefixMask,
  prefixOf,
  prefixOverlaps,
  prefixSize,
  type Range,
  rangeContains,
  rangeOfPrefix,
  rangeOverlaps,
  rangeSize,
} from './prefix.ts';
