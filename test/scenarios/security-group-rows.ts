import type { SecurityGroup, SecurityGroupRule } from '../../src/client/index.ts';
import type { Dump } from './site.ts';

type Rows = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The whole of what a project's default group, with these ports in it, is in NB: its port group with an ACL for each rule,
 * the address sets of its learned addresses, and the port group of all that is filtered.
 */
export function defaultGroupRows(
  group: SecurityGroup,
  ports: readonly string[],
  dump: Dump,
): Readonly<Record<string, Rows>> {
  const name = `pg_${group.id.replaceAll('-', '_')}`;
  const of = (table: string, key: string, value: string) => uuidWith(dump[table] ?? {}, key, value);
  const drops = (['inport', 'outport'] as const).map((field) => {
    const match = `${field} == @sextant_pg_drop && ip`;
    const owner = { 'sextant:owner': 'filtered-ports/all', 'sextant:revision': '0' };
    return [
      of('ACL', 'match', match),
      acl(field, { action: 'drop', priority: 1001, match, external_ids: owner }),
    ] as const;
  });
  const rules = group.security_group_rules.map((rule) => [rule.id, ruleRow(rule, name)] as const);
  const sets = ([4, 6] as const).map((family) => {
    const setName = `${name.replace('pg_', 'as_')}_v${family}`;
    return [
      of('Address_Set', 'name', setName),
      { name: setName, external_ids: groupLabels(group, '-addresses', '0') },
    ] as const;
  });
  const groups = [
    [group.id, { name, external_ids: groupLabels(group, '', '1'), ports, acls: rules.map(([id]) => id).sort() }],
    [
      of('Port_Group', 'name', 'sextant_pg_drop'),
      {
        name: 'sextant_pg_drop',
        external_ids: { 'sextant:owner': 'filtered-ports/all', 'sextant:revision': '0' },
        ports,
        acls: drops.map(([id]) => id).sort(),
      },
    ],
  ];
  return {
    ACL: Object.fromEntries([...drops, ...rules]),
    Address_Set: Object.fromEntries(sets),
    Port_Group: Object.fromEntries(groups),
  };
}

/** In a default group everything may leave, and comes in from the group's own ports. */
function ruleRow({ id, security_group_id: groupId, direction, ethertype }: SecurityGroupRule, name: string) {
  const family = ethertype === 'IPv6' ? 6 : 4;
  const peers = `{$${name}_ip${family}, $${name.replace('pg_', 'as_')}_v${family}}`;
  const external_ids = {
    'neutron:security_group_rule_id': id,
    'sextant:owner': `security-group/${groupId}`,
    'sextant:revision': '1',
  };
  const [field, remote] =
    direction === 'egress' ? (['inport', ''] as const) : (['outport', ` && ip${family}.src == ${peers}`] as const);
  const match = `${field} == @${name} && ip${family}${remote}`;
  return acl(field, { action: 'allow-related', priority: 1002, match, external_ids });
}

/** What passes from a port is looked at on its way into the switch. */
function acl(field: 'inport' | 'outport', columns: Readonly<Record<string, unknown>>) {
  return { ...columns, direction: field === 'inport' ? 'from-lport' : 'to-lport', label: 0, log: false };
}

function groupLabels({ id }: SecurityGroup, part: string, revision: string) {
  return {
    'neutron:security_group_id': id,
    'sextant:owner': `security-group${part}/${id}`,
    'sextant:revision': revision,
  };
}

/** Rows that are no client's have ids that follow from their names. */
function uuidWith(rows: Rows, key: string, value: string): string {
  return Object.keys(rows).find((uuid) => rows[uuid]?.[key] === value) ?? `no row has ${key} ${value}`;
}
