import { prefixFamily } from '../../ip/index.ts';
import type { Problem } from '../../kit/index.ts';
import type { Matcher } from './matcher.ts';
import { icmpNumber, icmpv6Number, numberOfProtocol } from './protocol.ts';
import {
  invalidIcmpValue,
  invalidPort,
  invalidPortRange,
  missingIcmpType,
  prefixOfOtherEthertype,
  protocolOfOtherEthertype,
  protocolRequired,
  protocolWithoutPorts,
  severalRemotes,
} from './refusals.ts';

/** DCCP, SCTP, TCP, UDP, UDP-Lite (neutron common/_constants.py SG_PORT_PROTO_NUMS). */
const numbersWithPorts: readonly (number | undefined)[] = [33, 132, 6, 17, 136];

/** Encapsulation, extension headers and ICMPv6 (neutron securitygroups_db.py `_validate_ethertype_and_protocol`). */
const numbersOfIpv6: readonly (number | undefined)[] = [41, 43, 44, icmpv6Number, 59, 60];

/** Replaces spellings as Neutron does before it checks a rule: older names of ICMPv6, and ports 1 to 65535. */
export function canonicalMatcher<M extends Matcher>(rule: M): M {
  const coversAllPorts = rule.portRangeMin === 1 && rule.portRangeMax === 65_535;
  return {
    ...rule,
    protocol: rule.ethertype === 'IPv6' ? icmpv6Name(rule.protocol) : rule.protocol,
    ...(coversAllPorts && { portRangeMin: undefined, portRangeMax: undefined }),
  };
}

function icmpv6Name(protocol: string | undefined): string | undefined {
  if (protocol === 'icmp' || protocol === 'icmpv6') return 'ipv6-icmp';
  return protocol === String(icmpNumber) ? String(icmpv6Number) : protocol;
}

/** Finds the fields that contradict each other, in the order that Neutron does. */
export function checkMatcher(rule: Matcher): Problem | undefined {
  return checkPorts(rule) ?? checkPrefix(rule) ?? checkProtocol(rule) ?? checkRemotes(rule);
}

function checkPorts({ protocol, portRangeMin: first, portRangeMax: last }: Matcher): Problem | undefined {
  if (first === undefined && last === undefined) return undefined;
  if (protocol === undefined) return protocolRequired();
  const number = numberOfProtocol(protocol);
  if (numbersWithPorts.includes(number)) return checkPortRange(first, last);
  if (number === icmpNumber || number === icmpv6Number) return checkTypeAndCode(first, last);
  return protocolWithoutPorts({ protocol: number ?? protocol });
}

function checkPortRange(first: number | undefined, last: number | undefined): Problem | undefined {
  if (first === 0 || last === 0) return invalidPort({ port: 0 });
  return first !== undefined && last !== undefined && first <= last ? undefined : invalidPortRange();
}

function checkTypeAndCode(type: number | undefined, code: number | undefined): Problem | undefined {
  if (type !== undefined && type > 255)
    return invalidIcmpValue({ field: 'type', attribute: 'port_range_min', value: type });
  if (code !== undefined && code > 255)
    return invalidIcmpValue({ field: 'code', attribute: 'port_range_max', value: code });
  return type === undefined && code !== undefined ? missingIcmpType({ code }) : undefined;
}

function checkPrefix({ ethertype, remoteIpPrefix }: Matcher): Problem | undefined {
  if (!remoteIpPrefix || ethertype === `IPv${prefixFamily(remoteIpPrefix.prefix)}`) return undefined;
  return prefixOfOtherEthertype({ ethertype, cidr: remoteIpPrefix.written });
}

function checkProtocol({ ethertype, protocol }: Matcher): Problem | undefined {
  if (protocol === undefined || ethertype === 'IPv6' || !numbersOfIpv6.includes(numberOfProtocol(protocol)))
    return undefined;
  return protocolOfOtherEthertype({ ethertype, protocol });
}

function checkRemotes({ remoteGroupId, remoteAddressGroupId, remoteIpPrefix }: Matcher): Problem | undefined {
  const remotes = [remoteGroupId, remoteAddressGroupId, remoteIpPrefix].filter((remote) => remote !== undefined);
  return remotes.length > 1 ? severalRemotes() : undefined;
}
