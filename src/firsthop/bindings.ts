import {
  type Address,
  addressBytes,
  formatPrefix,
  hostPrefix,
  isLinkLocal,
  linkLocalFromMac,
  type Mac,
  type Prefix,
  parseAddress,
  parseMac,
  parsePrefix,
  prefixFamily,
  prefixMask,
} from '../ip/index.ts';
import type { PortIntent, SubnetIntent } from './intent.ts';

/** An address range that a port may use with one MAC, whatever SAVI learns. */
export interface PinnedAddress {
  readonly prefix: Prefix;
  readonly mac: Mac;
}

/**
 * Who advertises and serves DHCP where no router does. The link-local address is the metadata service's too, so a guest
 * meets one neighbour only. The MAC is locally administered.
 */
export const responder = {
  linkLocal: fixed(parseAddress('fe80::a9fe:a9fe')),
  mac: fixed(parseMac('02:00:a9:fe:a9:fe')),
};

const linkLocalPrefix = fixed(parsePrefix('fe80::/10'));

/** What the intent pins, each once: fixed addresses, allowed pairs, and the EUI-64 link-local address of stock guests. */
export function pinnedAddresses(intent: PortIntent): readonly PinnedAddress[] {
  const own = ownAddresses(intent).map((address) => ({ prefix: hostPrefix(address), mac: intent.mac }));
  const pinned = [...own, ...intent.allowedAddressPairs];
  return [...new Map(pinned.map((one) => [`${formatPrefix(one.prefix)} ${one.mac}`, one])).values()];
}

/** What is the port's and nobody else's, while an allowed pair may be of several (VRRP, anycast). */
export function ownAddresses(intent: PortIntent): readonly Address[] {
  return [linkLocalFromMac(intent.mac), ...intent.fixedAddresses.map(({ address }) => address)];
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

/** Where SAVI may learn: on-link, self-configured prefixes and link-local (RFC 6620 §3.2.1). */
export function learnablePrefixes(intent: PortIntent): readonly Prefix[] {
  const onLink = intent.subnets.filter((subnet) => prefixFamily(subnet.prefix) === 6 && isAutonomous(subnet));
  return [linkLocalPrefix, ...onLink.map((subnet) => subnet.prefix)];
}

/**
 * Link-local addresses that are made of a MAC (RFC 4291 appendix A), as a match. They are pinned to whom the MAC is of,
 * perhaps on another host, perhaps not booted yet; nobody learns them. Of random ones (RFC 7217) one in 65,536 looks so.
 */
export const eui64LinkLocals = 'fe80::ff:fe00:0/ffff:ffff:ffff:ffff:0:ff:ff00:0';

/** Whether the address is one of `eui64LinkLocals`. */
export function isEui64LinkLocal({ family, value }: Address): boolean {
  return family === 6 && value >> 64n === 0xfe80n << 48n && ((value >> 24n) & 0xffffn) === 0xfffen;
}

/** Addresses of routers and of the responder: nobody learns them, whoever comes first. */
export function reservedAddresses(intent: PortIntent): readonly Address[] {
  const subnets = intent.subnets.filter((subnet) => prefixFamily(subnet.prefix) === 6);
  return [
    responder.linkLocal,
    ...intent.routers.map((router) => router.linkLocal),
    ...subnets.flatMap((subnet) => (subnet.gateway && !isLinkLocal(subnet.gateway) ? [subnet.gateway] : [])),
    ...subnets.map((subnet) => subnet.prefix.address), // subnet-router anycast, RFC 4291 §2.6.1
  ];
}

/** A prefix as a masked value of a 128-bit register: `0x2001...0/0xffff...0`. */
export function registerMatch(prefix: Prefix): string {
  return `${hex(prefix.address)}/${hex(prefixMask(prefix))}`;
}

function hex(address: Address): string {
  return `0x${Buffer.from(addressBytes(address)).toString('hex')}`;
}

function fixed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a constant of the first hop is malformed');
  return value;
}
