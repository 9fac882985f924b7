import { formatPrefix } from '../../ip/index.ts';
import {
  integer,
  optionalText,
  type Row,
  standardColumns,
  standardFromRow,
  standardToRow,
  storedPrefix,
  type Table,
  text,
} from '../../kit/index.ts';
import type { AddressGroupId, SecurityGroupId, SecurityGroupRuleId } from '../ids.ts';
import { ruleKey, rulesScope } from './rule-key.ts';
import type { SecurityGroupRule } from './security-group-rule.ts';

/** How rules are stored. Each claims what it matches, so that a group cannot have the same rule twice. */
export const securityGroupRuleTable: Table<SecurityGroupRule> = {
  name: 'security_group_rules',
  columns: {
    ...standardColumns,
    security_group_id: { kind: 'text' },
    direction: { kind: 'text' },
    ethertype: { kind: 'text' },
    protocol: { kind: 'text', nullable: true },
    port_range_min: { kind: 'integer', nullable: true },
    port_range_max: { kind: 'integer', nullable: true },
    remote_group_id: { kind: 'text', nullable: true },
    remote_address_group_id: { kind: 'text', nullable: true },
    remote_ip_prefix: { kind: 'text', nullable: true },
    normalized_cidr: { kind: 'text', nullable: true },
  },
  toRow: (rule) => ({
    ...standardToRow(rule),
    security_group_id: rule.securityGroupId,
    direction: rule.direction,
    ethertype: rule.ethertype,
    protocol: rule.protocol ?? null,
    port_range_min: rule.portRangeMin ?? null,
    port_range_max: rule.portRangeMax ?? null,
    remote_group_id: rule.remoteGroupId ?? null,
    remote_address_group_id: rule.remoteAddressGroupId ?? null,
    remote_ip_prefix: rule.remoteIpPrefix?.written ?? null,
    normalized_cidr: rule.remoteIpPrefix ? formatPrefix(rule.remoteIpPrefix.prefix) : null,
  }),
  fromRow: (row) => ({
    ...standardFromRow(row),
    id: text(row, 'id') as SecurityGroupRuleId,
    securityGroupId: text(row, 'security_group_id') as SecurityGroupId,
    direction: text(row, 'direction') as SecurityGroupRule['direction'],
    ethertype: text(row, 'ethertype') as SecurityGroupRule['ethertype'],
    protocol: optionalText(row, 'protocol'),
    portRangeMin: optionalInteger(row, 'port_range_min'),
    portRangeMax: optionalInteger(row, 'port_range_max'),
    remoteGroupId: optionalText(row, 'remote_group_id') as SecurityGroupId | undefined,
    remoteAddressGroupId: optionalText(row, 'remote_address_group_id') as AddressGroupId | undefined,
    remoteIpPrefix: remoteIpPrefixOf(row),
  }),
  claims: (rule) => [{ scope: rulesScope(rule.securityGroupId), value: ruleKey(rule) }],
};

function optionalInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column);
}

function remoteIpPrefixOf(row: Row): SecurityGroupRule['remoteIpPrefix'] {
  const written = optionalText(row, 'remote_ip_prefix');
  return written === undefined ? undefined : { written, prefix: storedPrefix(text(row, 'normalized_cidr')) };
}
