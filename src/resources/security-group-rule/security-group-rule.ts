import { err, ok, type Result } from '../../base/index.ts';
import { formatAddress, formatPrefix, hostPrefix, parseAddress, parsePrefix } from '../../ip/index.ts';
import {
  type AttributeType,
  attributeTypes,
  type Definition,
  declare,
  type EntityOf,
  fieldTypes,
  fixed,
  type InputOf,
  type KeptType,
  notFound,
  type Problem,
  type SqlValue,
  showValue,
  storedPrefix,
  type Table,
} from '../../kit/index.ts';
import type { AddressGroupId, SecurityGroupId, SecurityGroupRuleId } from '../ids.ts';
import type { Direction, Ethertype, RemoteIpPrefix } from './matcher.ts';
import { numberOfProtocol, protocolNames } from './protocol.ts';
import { invalidCidr, invalidPort, unknownEthertype, unknownProtocol } from './refusals.ts';
import { ruleKey, rulesScope } from './rule-key.ts';

const { integer, nullable, text, uuid, word } = fieldTypes;

/** A name or a number from 0 to 255; null and `any` are the same (neutron securitygroup.py `convert_protocol`). */
const givenProtocol: AttributeType<string | undefined> = {
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
    if (text === undefined || number === undefined) return err(unknownProtocol({ protocol: showValue(value) }));
    return ok(protocolNames.includes(text) ? text : String(number));
  },
};

const ethertypes: readonly Ethertype[] = ['IPv4', 'IPv6'];

const givenEthertype: AttributeType<Ethertype> = {
  schema: { enum: ethertypes },
  parse(value) {
    const found = typeof value === 'string' ? ethertypeOf(value) : undefined;
    return found ? ok(found) : err(unknownEthertype({ ethertype: showValue(value) }));
  },
};

function ethertypeOf(text: string): Ethertype | undefined {
  return ethertypes.find((known) => known.toLowerCase() === text.toLowerCase());
}

/** A port, or an ICMP type or code. */
const portValue: AttributeType<number | undefined> = {
  schema: { anyOf: [{ type: 'integer', minimum: 0, maximum: 65_535 }, { type: 'null' }] },
  parse(value) {
    if (value === null) return ok(undefined);
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 65_535) return ok(number);
    return err(invalidPort({ port: showValue(value) }));
  },
};

/** A prefix, in which host bits are kept as they are shown again, or an address. */
const givenPrefix: AttributeType<RemoteIpPrefix | undefined> = {
  schema: { type: ['string', 'null'], examples: ['2001:db8::/64'] },
  parse(value) {
    if (value === null || value === '') return ok(undefined);
    const [first = '', length] = typeof value === 'string' ? value.split('/', 2) : [];
    const address = parseAddress(first);
    const prefix = address && (length === undefined ? hostPrefix(address) : parsePrefix(String(value)));
    if (!address || !prefix) return err(invalidCidr({ cidr: showValue(value) }));
    return ok({ written: `${formatAddress(address)}/${prefix.length}`, prefix });
  },
};

/** An id of a group. Neutron looks for the group whatever the text is, and does not find it. */
const groupId: AttributeType<SecurityGroupId> = {
  ...attributeTypes.uuid<SecurityGroupId>('security_group'),
  parse(value) {
    const parsed = attributeTypes.uuid<SecurityGroupId>('security_group').parse(value);
    if (parsed.ok || typeof value !== 'string') return parsed;
    return err(notFound({ resource: 'security_group', id: showValue(value) }));
  },
};

/** Has a filter's value compared as a request's would be kept. */
function filterBy<T>(type: AttributeType<T>, kept: (value: T) => SqlValue | undefined) {
  return (text: string): Result<SqlValue, Problem> => {
    const parsed = type.parse(text);
    return parsed.ok ? ok(kept(parsed.value) ?? null) : parsed;
  };
}

const keptPrefix: KeptType<RemoteIpPrefix | undefined> = {
  schema: { type: ['string', 'null'] },
  show: (value) => value?.written ?? null,
  column: { kind: 'text', nullable: true },
  toColumn: (value) => value?.written ?? null,
  fromColumn: (value) => (value === null ? undefined : { written: String(value), prefix: storedPrefix(String(value)) }),
};

const fields = {
  securityGroupId: fixed(uuid<SecurityGroupId>('security_group'), { given: groupId, isParent: true }),
  direction: fixed(word<Direction>('ingress', 'egress')),
  ethertype: fixed(word<Ethertype>('IPv4', 'IPv6'), {
    given: givenEthertype,
    default: 'IPv4',
    filterValue: (text) => ok(ethertypeOf(text) ?? text),
  }),
  /** A name of Neutron's, or a number in decimal, as the client wrote it: `protocolNumber` tells what it means. */
  protocol: fixed(nullable(text(40)), {
    given: givenProtocol,
    default: undefined,
    filterValue: filterBy(givenProtocol, (found) => found),
  }),
  /** First destination port, or the ICMP type. */
  portRangeMin: fixed(nullable(integer(0, 65_535)), {
    given: portValue,
    default: undefined,
    filterValue: filterBy(portValue, (found) => found),
  }),
  /** Last destination port, or the ICMP code. */
  portRangeMax: fixed(nullable(integer(0, 65_535)), {
    given: portValue,
    default: undefined,
    filterValue: filterBy(portValue, (found) => found),
  }),
  /** Peers: what the ports of this group may use as their own. */
  remoteGroupId: fixed(nullable(uuid<SecurityGroupId>('security_group')), {
    given: attributeTypes.nullable(groupId),
    default: undefined,
  }),
  /** Peers: the addresses of an address group (neutron-lib api/definitions/security_groups_remote_address_group.py). */
  remoteAddressGroupId: fixed(nullable(uuid<AddressGroupId>('address_group')), { default: undefined, holds: true }),
  /** Peers: addresses in this prefix, of the family that `ethertype` says. */
  remoteIpPrefix: fixed(keptPrefix, {
    given: givenPrefix,
    default: undefined,
    filterValue: filterBy(givenPrefix, (found) => found?.written),
  }),
};

/**
 * Packets that may pass to (`ingress`) or from (`egress`) the ports of a group: those for which every field that is there
 * holds. At most one of the three remotes is there (neutron extensions/securitygroup.py).
 */
export type SecurityGroupRule = EntityOf<typeof fields, SecurityGroupRuleId>;

/** A request about a rule, as rules take it. */
export type SecurityGroupRuleInput = InputOf<typeof fields>;

const declared = declare<typeof fields, SecurityGroupRuleId>(
  { name: 'security_group_rule', collection: 'security_group_rules', isCounted: true },
  fields,
);

/** The prefix without host bits has a column of its own, by which lists are filtered. */
export const securityGroupRuleTable: Table<SecurityGroupRule> = {
  ...declared.table,
  columns: { ...declared.table.columns, normalized_cidr: { kind: 'text', nullable: true } },
  toRow: (rule) => ({ ...declared.table.toRow(rule), normalized_cidr: normalizedCidr(rule) }),
  claims: (rule) => [{ scope: rulesScope(rule.securityGroupId), value: ruleKey(rule) }],
};

export const securityGroupRuleDefinition: Definition<SecurityGroupRule, SecurityGroupRuleInput> = {
  ...declared.definition,
  attributes: [
    ...declared.definition.attributes,
    {
      // neutron-lib api/definitions/security_groups_normalized_cidr.py
      name: 'normalized_cidr',
      access: 'read-only',
      schema: { type: ['string', 'null'] },
      column: 'normalized_cidr',
      filterValue: filterBy(givenPrefix, (found) => found && formatPrefix(found.prefix)),
      read: normalizedCidr,
    },
  ],
};

function normalizedCidr({ remoteIpPrefix }: Pick<SecurityGroupRule, 'remoteIpPrefix'>): string | null {
  return remoteIpPrefix ? formatPrefix(remoteIpPrefix.prefix) : null;
}
