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
  const { mac } = intent;
  const pinned = [
    { prefix: hostPrefix(linkLocalFromMac(mac)), mac },
    ...intent.fixedAddresses.map(({ address }) => ({ prefix: hostPrefix(address), mac })),
    ...intent.allowedAddressPairs,
  ];
  return [...new Map(pinned.map((one) => [`${formatPrefix(one.prefix)} ${one.mac}`, one])).values()];
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
