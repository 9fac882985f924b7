import type { SecurityGroupRule } from './security-group-rule.ts';

/** neutron-lib constants.py IP_PROTOCOL_MAP. Where two names have one number, the last is what the number is called. */
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

const icmpNumber = 1;
const icmpv6Number = 58;

/**
 * The number in the IP header that a rule is about (IANA protocol-numbers); undefined: any. Zero, and so `ip` and `hopopt`,
 * stands for any, as api-ref says. `icmp` and 1 mean ICMPv6 in a rule about IPv6.
 */
export function protocolNumber({
  protocol,
  ethertype,
}: Pick<SecurityGroupRule, 'protocol' | 'ethertype'>): number | undefined {
  if (protocol === undefined) return undefined;
  const number = numbers.get(protocol) ?? Number(protocol);
  if (number === 0) return undefined;
  return number === icmpNumber && ethertype === 'IPv6' ? icmpv6Number : number;
}
