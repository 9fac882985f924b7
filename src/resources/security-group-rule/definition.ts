import { err, ok } from '../../base/index.ts';
import { formatAddress, formatPrefix, hostPrefix, parseAddress, parsePrefix } from '../../ip/index.ts';
import { type AttributeType, attributeTypes, type Definition, identityAttributes, notFound } from '../../kit/index.ts';
import type { AddressGroupId, SecurityGroupId } from '../ids.ts';
import { numberOfProtocol, protocolNames } from './protocol.ts';
import { invalidCidr, invalidPort, unknownEthertype, unknownProtocol } from './refusals.ts';
import type { Direction, Ethertype, RemoteIpPrefix, SecurityGroupRule } from './security-group-rule.ts';

const { nullable, oneOf, uuid } = attributeTypes;

/** A request about a rule, as rules take it. */
export interface SecurityGroupRuleInput {
  readonly securityGroupId: SecurityGroupId;
  readonly description: string;
  readonly direction: Direction;
  readonly ethertype: Ethertype;
  readonly protocol: string | undefined;
  readonly portRangeMin: number | undefined;
  readonly portRangeMax: number | undefined;
  readonly remoteGroupId: SecurityGroupId | undefined;
  readonly remoteAddressGroupId: AddressGroupId | undefined;
  readonly remoteIpPrefix: RemoteIpPrefix | undefined;
}

/** A name or a number from 0 to 255; null and `any` are the same (neutron securitygroup.py `convert_protocol`). */
const protocol: AttributeType<string | undefined> = {
  schema: {
    anyOf: [
      { enum: ['any', ...protocolNames] },
      { type: 'integer', minimum: 0, maximum: 255 },
      { type: 'string', pattern: '^\\d+$', examples: ['58'] },
      { type: 'null' },
    ],
  },
  shown: { type: ['string', 'null'] },
  parse(value) {
    if (value === null || value === 'any') return ok(undefined);
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : undefined;
    const number = text === undefined ? undefined : numberOfProtocol(text);
    if (text === undefined || number === undefined) return err(unknownProtocol({ protocol: shown(value) }));
    return ok(protocolNames.includes(text) ? text : String(number));
  },
};

const ethertypes: readonly Ethertype[] = ['IPv4', 'IPv6'];

const ethertype: AttributeType<Ethertype> = {
  schema: { enum: ethertypes },
  parse(value) {
    const found = ethertypes.find((known) => typeof value === 'string' && known.toLowerCase() === value.toLowerCase());
    return found ? ok(found) : err(unknownEthertype({ ethertype: shown(value) }));
  },
};

/** A port, or an ICMP type or code. */
const portValue: AttributeType<number | undefined> = {
  schema: { anyOf: [{ type: 'integer', minimum: 0, maximum: 65_535 }, { type: 'null' }] },
  parse(value) {
    if (value === null) return ok(undefined);
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 65_535) return ok(number);
    return err(invalidPort({ port: shown(value) }));
  },
};

/** A prefix, in which host bits are kept as they are shown again, or an address. */
const remoteIpPrefix: AttributeType<RemoteIpPrefix | undefined> = {
  schema: { type: ['string', 'null'], examples: ['2001:db8::/64'] },
  parse(value) {
    if (value === null || value === '') return ok(undefined);
    const [first = '', length] = typeof value === 'string' ? value.split('/', 2) : [];
    const address = parseAddress(first);
    const prefix = address && (length === undefined ? hostPrefix(address) : parsePrefix(String(value)));
    if (!address || !prefix) return err(invalidCidr({ cidr: shown(value) }));
    return ok({ written: `${formatAddress(address)}/${prefix.length}`, prefix });
  },
};

function shown(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 100);
}

/** An id of a group. Neutron looks for the group whatever the text is, and does not find it. */
const groupId: AttributeType<SecurityGroupId> = {
  ...uuid<SecurityGroupId>('security_group'),
  parse(value) {
    const parsed = uuid<SecurityGroupId>('security_group').parse(value);
    if (parsed.ok || typeof value !== 'string') return parsed;
    return err(notFound({ resource: 'security_group', id: shown(value) }));
  },
};

/** neutron extensions/securitygroup.py */
export const securityGroupRuleDefinition: Definition<SecurityGroupRule, SecurityGroupRuleInput> = {
  name: 'security_group_rule',
  collection: 'security_group_rules',
  attributes: [
    ...identityAttributes<SecurityGroupRule>(),
    {
      name: 'security_group_id',
      access: 'create',
      field: 'securityGroupId',
      type: groupId,
      default: 'required',
      column: 'security_group_id',
      parentOf: ({ securityGroupId }) => securityGroupId,
      read: ({ securityGroupId }) => securityGroupId,
    },
    {
      name: 'direction',
      access: 'create',
      field: 'direction',
      type: oneOf('ingress', 'egress'),
      default: 'required',
      column: 'direction',
      read: ({ direction }) => direction,
    },
    {
      name: 'ethertype',
      access: 'create',
      field: 'ethertype',
      type: ethertype,
      default: { value: 'IPv4' },
      column: 'ethertype',
      read: (rule) => rule.ethertype,
    },
    {
      name: 'protocol',
      access: 'create',
      field: 'protocol',
      type: protocol,
      default: { value: undefined },
      column: 'protocol',
      canonical: (value) => value.toLowerCase(),
      read: (rule) => rule.protocol ?? null,
    },
    {
      name: 'port_range_min',
      access: 'create',
      field: 'portRangeMin',
      type: portValue,
      default: { value: undefined },
      column: 'port_range_min',
      read: ({ portRangeMin }) => portRangeMin ?? null,
    },
    {
      name: 'port_range_max',
      access: 'create',
      field: 'portRangeMax',
      type: portValue,
      default: { value: undefined },
      column: 'port_range_max',
      read: ({ portRangeMax }) => portRangeMax ?? null,
    },
    {
      name: 'remote_group_id',
      access: 'create',
      field: 'remoteGroupId',
      type: nullable(groupId),
      default: { value: undefined },
      column: 'remote_group_id',
      read: ({ remoteGroupId }) => remoteGroupId ?? null,
    },
    {
      name: 'remote_ip_prefix',
      access: 'create',
      field: 'remoteIpPrefix',
      type: remoteIpPrefix,
      default: { value: undefined },
      column: 'remote_ip_prefix',
      read: (rule) => rule.remoteIpPrefix?.written ?? null,
    },
    {
      // neutron-lib api/definitions/security_groups_normalized_cidr.py
      name: 'normalized_cidr',
      access: 'read-only',
      schema: { type: ['string', 'null'] },
      column: 'normalized_cidr',
      read: (rule) => (rule.remoteIpPrefix ? formatPrefix(rule.remoteIpPrefix.prefix) : null),
    },
    {
      // neutron-lib api/definitions/security_groups_remote_address_group.py
      name: 'remote_address_group_id',
      access: 'create',
      field: 'remoteAddressGroupId',
      type: nullable(uuid<AddressGroupId>('address_group')),
      default: { value: undefined },
      column: 'remote_address_group_id',
      holds: true,
      read: ({ remoteAddressGroupId }) => remoteAddressGroupId ?? null,
    },
  ],
};
