import type { Central } from '../../gaps/lab/index.ts';
import type { Port } from '../../src/client/index.ts';
import { type NbRow, readRows, setOf } from './nb-rows.ts';
import type { Inventory } from './observe.ts';

const dropGroup = 'sextant_pg_drop';

/** Lists the rows that NB must have for the API's security groups: members, an ACL for each rule, address sets. */
export function wantedGroupLines({ ports, securityGroups }: Inventory): readonly string[] {
  const rules = securityGroups.flatMap((group) => group.security_group_rules);
  const named = new Set(rules.flatMap(({ remote_group_id }) => remote_group_id ?? []));
  const filtered = ports.filter(isFiltered);
  return [
    ...securityGroups.map(({ id }) => {
      const members = filtered.filter(({ security_groups }) => security_groups.includes(id));
      return memberLine(
        nameOf('pg', id),
        members.map((port) => port.id),
      );
    }),
    ...(filtered.length > 0
      ? [
          memberLine(
            dropGroup,
            filtered.map(({ id }) => id),
          ),
        ]
      : []),
    ...rules.map(({ id, security_group_id }) => `rule ${id} of ${nameOf('pg', security_group_id)}`),
    ...[...named].flatMap((id) => [4, 6].map((family) => `address set ${nameOf('as', id)}_v${family}`)),
  ];
}

/** Guests' ports, unless their security is off. */
function isFiltered({ device_owner, port_security_enabled }: Port): boolean {
  return port_security_enabled && !device_owner.startsWith('network:');
}

function nameOf(prefix: string, id: string): string {
  return `${prefix}_${id.replaceAll('-', '_')}`;
}

function memberLine(name: string, portIds: readonly string[]): string {
  return `port group ${name} of ${portIds.toSorted().join(' ')}`;
}

/** The same lines of what stands in NB. A group of all that is filtered may be left when nothing is. */
export async function groupLines(central: Central): Promise<readonly string[]> {
  const groups = await readRows(central, 'Port_Group');
  const idOf = new Map(
    (await readRows(central, 'Logical_Switch_Port')).map(({ _uuid, name }) => [_uuid, String(name)]),
  );
  const members = ({ ports }: NbRow) => setOf(ports).map((uuid) => idOf.get(uuid) ?? uuid);
  const groupOf = new Map(groups.flatMap(({ name, acls }) => setOf(acls).map((uuid) => [uuid, String(name)] as const)));
  return [
    ...groups
      .filter((group) => group.name !== dropGroup || members(group).length > 0)
      .map((group) => memberLine(String(group.name), members(group))),
    ...(await readRows(central, 'ACL')).flatMap((row) => ruleLine(row, groupOf.get(String(row._uuid)))),
    ...(await readRows(central, 'Address_Set')).map(({ name }) => `address set ${name}`),
  ];
}

/** Besides the rules' own rows a group may have some for the fragments of what they admit. */
function ruleLine({ external_ids }: NbRow, group: string | undefined): readonly string[] {
  const ids = new Map(external_ids as readonly (readonly [string, string])[]);
  const rule = ids.get('neutron:security_group_rule_id');
  if (group === undefined) return ['a row of ACL'];
  return rule === undefined ? [] : [`rule ${rule} of ${group}`];
}
