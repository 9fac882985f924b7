import { formatPrefix } from '../../ip/index.ts';
import type { SecurityGroupId } from '../ids.ts';
import type { Matcher } from './matcher.ts';
import { protocolNumber } from './protocol.ts';

/** Scope of the claims on a group's rules: no two of them say the same. */
export function rulesScope(groupId: SecurityGroupId): string {
  return `rules:${groupId}`;
}

/** The rules of a group and their claims, to be deleted with it. */
export function rulesOf(groupId: SecurityGroupId) {
  return { column: 'security_group_id', value: groupId, claimScope: rulesScope(groupId) };
}

/** The packets that a rule admits, as text: two rules that admit the same have the same, however they are spelled. */
export function ruleKey(rule: Matcher): string {
  const { remoteIpPrefix, remoteGroupId, remoteAddressGroupId } = rule;
  const prefix = remoteIpPrefix && remoteIpPrefix.prefix.length > 0 ? formatPrefix(remoteIpPrefix.prefix) : undefined;
  return [
    rule.direction,
    rule.ethertype,
    protocolNumber(rule),
    rule.portRangeMin,
    rule.portRangeMax,
    remoteGroupId ?? remoteAddressGroupId ?? prefix,
  ].join(' ');
}
