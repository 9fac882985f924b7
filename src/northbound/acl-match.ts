import { formatPrefix } from '../ip/index.ts';
import { protocolNumber, type SecurityGroupRule } from '../resources/index.ts';
import { addressSetName, portGroupName } from './names.ts';

/**
 * The packets that a rule admits, as ovn-nb(5) ACL.match, in the form that ML2/OVN gives it (neutron common/ovn/acl.py).
 * Undefined for a rule that OVN can't express: to admit less than it says is safe, more is not.
 */
export function matchOf(rule: SecurityGroupRule): string | undefined {
  const protocol = protocolMatch(rule);
  return protocol && [...peersMatch(rule), ...protocol].join(' && ');
}

/**
 * The later fragments of the packets that a rule about one protocol admits; undefined for a rule about all protocols, which
 * admits them itself. They carry no header of that protocol, so that its ports, or in IPv6 the protocol itself, can't be
 * matched. Alone they are useless to a receiver: it needs the first fragment, which has to pass the rule.
 *
 * Datapaths that put packets together before they match them never come to this. The userspace datapath matches fragments.
 */
export function fragmentsMatchOf(rule: SecurityGroupRule): string | undefined {
  return protocolNumber(rule) === undefined ? undefined : [...peersMatch(rule), 'ip.later_frag'].join(' && ');
}

/** The port's side, the family and the other end. */
function peersMatch(rule: SecurityGroupRule): readonly string[] {
  const isIngress = rule.direction === 'ingress';
  const ip = rule.ethertype === 'IPv4' ? 'ip4' : 'ip6';
  const peers = remoteOf(rule);
  return [
    `${isIngress ? 'outport' : 'inport'} == @${portGroupName(rule.securityGroupId)}`,
    ip,
    ...(peers === undefined ? [] : [`${ip}.${isIngress ? 'src' : 'dst'} == ${peers}`]),
  ];
}

/** OVN makes the first set of a remote group from the fixed addresses of its ports; the second one is ours. */
function remoteOf(rule: SecurityGroupRule): string | undefined {
  const { ethertype, remoteGroupId, remoteAddressGroupId, remoteIpPrefix } = rule;
  const family = ethertype === 'IPv4' ? 4 : 6;
  if (remoteGroupId) return `{$${portGroupName(remoteGroupId)}_ip${family}, $${addressSetName(remoteGroupId, family)}}`;
  if (remoteAddressGroupId) return `$${addressSetName(remoteAddressGroupId, family)}`;
  if (!remoteIpPrefix || remoteIpPrefix.prefix.length === 0) return undefined;
  return formatPrefix(remoteIpPrefix.prefix);
}

/** Protocols whose ports, or type and code, OVN can match, by their IANA numbers. */
const matchable: ReadonlyMap<number, { readonly name: string; readonly hasPorts: boolean }> = new Map([
  [1, { name: 'icmp4', hasPorts: false }],
  [6, { name: 'tcp', hasPorts: true }],
  [17, { name: 'udp', hasPorts: true }],
  [58, { name: 'icmp6', hasPorts: false }],
  [132, { name: 'sctp', hasPorts: true }],
]);

function protocolMatch(rule: SecurityGroupRule): readonly string[] | undefined {
  const { portRangeMin: min, portRangeMax: max } = rule;
  const number = protocolNumber(rule);
  if (number === undefined) return [];
  const protocol = matchable.get(number);
  // The ports of DCCP and UDP-Lite.
  if (!protocol) return min === undefined && max === undefined ? [`ip.proto == ${number}`] : undefined;
  const { name, hasPorts } = protocol;
  if (hasPorts) return [name, ...portsMatch(name, min, max)];
  return [
    name,
    ...(min === undefined ? [] : [`${name}.type == ${min}`]),
    ...(max === undefined ? [] : [`${name}.code == ${max}`]),
  ];
}

function portsMatch(name: string, min: number | undefined, max: number | undefined): readonly string[] {
  if (min !== undefined && min === max) return [`${name}.dst == ${min}`];
  return [
    ...(min === undefined ? [] : [`${name}.dst >= ${min}`]),
    ...(max === undefined ? [] : [`${name}.dst <= ${max}`]),
  ];
}
