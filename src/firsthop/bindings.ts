import {
  type Address,
  addressBytes,
  equalAddress,
  linkLocalFromMac,
  type Mac,
  type Prefix,
  parseAddress,
  parseMac,
  parsePrefix,
  prefixContains,
  prefixFamily,
  prefixMask,
} from '../ip/index.ts';
import type { PortIntent, SubnetIntent } from './intent.ts';

/**
 * Who advertises and serves DHCP where no router does. The link-local address is the metadata service's too, so a guest
 * meets one neighbour only. The MAC is locally administered.
 */
export const responder = {
  linkLocal: fixed(parseAddress('fe80::a9fe:a9fe')),
  mac: fixed(parseMac('02:00:a9:fe:a9:fe')),
};

/** Where every guest makes addresses. */
export const linkLocalPrefix = fixed(parsePrefix('fe80::/10'));

/** What is the port's and nobody else's, while an allowed pair may be of several (VRRP, anycast). */
export function ownAddresses(intent: PortIntent): readonly Address[] {
  const fixedOnes = intent.fixedAddresses.map(({ address }) => address);
  return [linkLocalFromMac(intent.mac), ...fixedOnes, ...intent.boundAddresses];
}

/** The MACs that the port may send from. */
export function ownMacs(intent: PortIntent): readonly Mac[] {
  return [...new Set([intent.mac, ...intent.allowedAddressPairs.map((pair) => pair.mac)])];
}

/** Whether guests make addresses of their own in the subnet. In a stateful one they use what they were given. */
export function isAutonomous(subnet: SubnetIntent): boolean {
  const modes = [subnet.raMode, subnet.addressMode];
  const isSelfConfiguring = modes.some((mode) => mode === 'slaac' || mode === 'dhcpv6-stateless');
  return subnet.autonomous && isSelfConfiguring && !modes.includes('dhcpv6-stateful');
}

/** Whether a guest may make the address for itself: in an on-link, self-configured prefix, or link-local (RFC 6620 §3.2.1). */
export function isClaimable(intent: PortIntent, address: Address): boolean {
  if (isReserved(intent, address)) return false;
  return [linkLocalPrefix, ...onLinkPrefixes(intent)].some((prefix) => prefixContains(prefix, address));
}

/** Whether the address is no guest's on this network, whoever asks for it; EUI-64 link-local ones are their MAC's port's. */
export function isReserved(intent: PortIntent, address: Address): boolean {
  if (isEui64LinkLocal(address)) return true;
  return reservedAddresses(intent).some((reserved) => equalAddress(reserved, address));
}

/** The prefixes of the network that guests make addresses in. */
export function onLinkPrefixes(intent: PortIntent): readonly Prefix[] {
  const subnets = intent.subnets.filter((subnet) => prefixFamily(subnet.prefix) === 6 && isAutonomous(subnet));
  return subnets.map(({ prefix }) => prefix);
}

/**
 * Link-local addresses that are made of a MAC (RFC 4291 appendix A), as a match of the register. They are pinned to whom
 * the MAC is of, perhaps on another host, perhaps not booted yet; no port claims them. Of random ones (RFC 7217) one in
 * 65,536 looks so.
 */
export const eui64LinkLocals = '0xfe80000000000000000000fffe000000/0xffffffffffffffff000000ffff000000';

/** Whether the address is one of `eui64LinkLocals`. */
export function isEui64LinkLocal({ family, value }: Address): boolean {
  return family === 6 && value >> 64n === 0xfe80n << 48n && ((value >> 24n) & 0xffffn) === 0xfffen;
}

/** Addresses of the network's routers, gateways and of the first hop itself. */
function reservedAddresses(intent: PortIntent): readonly Address[] {
  const subnets = intent.subnets.filter((subnet) => prefixFamily(subnet.prefix) === 6);
  return [
    ...intent.routers.map((router) => router.linkLocal),
    responder.linkLocal,
    ...subnets.flatMap((subnet) => (subnet.gateway ? [subnet.gateway] : [])),
    ...subnets.map((subnet) => subnet.prefix.address), // subnet-router anycast, RFC 4291 §2.6.1
  ];
}

/** A prefix as a masked value of the register that addresses are looked up in: `0x2001...0/0xffff...0`. */
export function registerMatch(prefix: Prefix): string {
  return prefixFamily(prefix) === 6
    ? `${hex(prefix.address)}/${hex(prefixMask(prefix))}`
    : `${mapped}${hex(prefix.address).slice(2)}/${allButFour}${hex(prefixMask(prefix)).slice(2)}`;
}

/** An IPv4 address is looked up as an IPv4-mapped IPv6 one. RFC 4291 §2.5.5.2. */
const mapped = '0x00000000000000000000ffff';
const allButFour = '0xffffffffffffffffffffffff';

function hex(address: Address): string {
  return `0x${Buffer.from(addressBytes(address)).toString('hex')}`;
}

function fixed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a constant of the first hop is malformed');
  return value;
}
