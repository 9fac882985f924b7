import type { Matcher } from './matcher.ts';

/** neutron-lib constants.py IP_PROTOCOL_MAP. */
const numbers: ReadonlyMap<string, number> = new Map([
  ['ah', 51],
  ['dccp', 33],
  ['egp', 8],
  ['esp', 50],
  ['gre', 47],
  ['hopopt', 0],
  ['icmp', 1],
  ['icmpv6', 58],
  ['igmp', 2],
  ['ip', 0],
  ['ipip', 4],
  ['ipv6-encap', 41],
  ['ipv6-frag', 44],
  ['ipv6-icmp', 58],
  ['ipv6-nonxt', 59],
  ['ipv6-opts', 60],
  ['ipv6-route', 43],
  ['ospf', 89],
  ['pgm', 113],
  ['rsvp', 46],
  ['sctp', 132],
  ['tcp', 6],
  ['udp', 17],
  ['udplite', 136],
  ['vrrp', 112],
]);

/** The IP protocol number of ICMP (RFC 792). */
export const icmpNumber = 1;
/** The Next Header value of ICMPv6 (RFC 4443 §1). */
export const icmpv6Number = 58;

/** The names that a rule may give. */
export const protocolNames: readonly string[] = [...numbers.keys()];

/** The number of a name, or that the text says in decimal. Undefined for what is neither, and beyond 255. */
export function numberOfProtocol(protocol: string): number | undefined {
  const number = numbers.get(protocol) ?? (/^\d{1,3}$/.test(protocol) ? Number(protocol) : undefined);
  return number !== undefined && number <= 255 ? number : undefined;
}

/**
 * The number in the IP header that a rule is about (IANA protocol-numbers); undefined: any. Zero, and so `ip` and `hopopt`,
 * stands for any (api-ref, security group rules). `icmp` and 1 mean ICMPv6 in a rule about IPv6.
 */
export function protocolNumber({ protocol, ethertype }: Pick<Matcher, 'protocol' | 'ethertype'>): number | undefined {
  const number = protocol === undefined ? undefined : numberOfProtocol(protocol);
  if (number === undefined || number === 0) return undefined;
  return number === icmpNumber && ethertype === 'IPv6' ? icmpv6Number : number;
}
