import { type SqlBool, sql } from 'kysely';
import { newUuid } from '../../base/index.ts';
import type { Queries } from '../dialect/session.ts';
import { type ColumnText, createEntityTable, standardColumns } from './columns.ts';
import type { Migration } from './migration.ts';

const securityGroups = {
  ...standardColumns,
  name: '+text',
  stateful: 'integer',
  is_default: 'integer',
} as const satisfies Record<string, ColumnText>;

const securityGroupRules = {
  ...standardColumns,
  security_group_id: '+text',
  direction: 'text',
  ethertype: 'text',
  protocol: 'text?',
  port_range_min: 'integer?',
  port_range_max: 'integer?',
  remote_group_id: '+text?',
  remote_address_group_id: '+text?',
  remote_ip_prefix: 'text?',
  normalized_cidr: 'text?',
} as const satisfies Record<string, ColumnText>;

/**
 * Security groups and their rules. Guests' ports that are there already get the default group of their project, as they
 * would have today: in no group they would lose all packets.
 */
export const migration: Migration = {
  name: '0007-security-groups',
  async up(queries) {
    await createEntityTable(queries, 'security_groups', securityGroups);
    await createEntityTable(queries, 'security_group_rules', securityGroupRules);
    await queries.own.schema
      .alterTable('ports')
      .addColumn('security_groups', sql.raw(queries.words.textType), (column) => column.notNull().defaultTo('[]'))
      .execute();
    const { rows } = await sql<{ project: string }>`
      select distinct project_id as project from ports where ${isFiltered}`.execute(queries.own);
    for (const { project } of rows) await giveDefaultGroup(queries, project);
  },
};

const isFiltered = sql<SqlBool>`port_security_enabled = 1 and device_owner not like 'network:%'`;

async function giveDefaultGroup({ own, entities }: Queries, project: string): Promise<void> {
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const made = { project_id: project, tags: '[]', revision: 1, created_at: now, updated_at: now };
  const id = newUuid();
  const group = { id, ...made, name: 'default', description: 'Default security group', stateful: 1, is_default: 1 };
  await entities.insertInto('security_groups').values(group).execute();
  await own.insertInto('claims').values({ scope: 'default-security-group', value: project, holder: id }).execute();
  for (const [direction, peers] of [
    ['egress', null],
    ['ingress', id],
  ] as const)
    for (const ethertype of ['IPv4', 'IPv6']) {
      const rule = { id: newUuid(), ...made, description: '', security_group_id: id, direction, ethertype };
      await entities
        .insertInto('security_group_rules')
        .values({ ...rule, remote_group_id: peers })
        .execute();
      const value = `${direction} ${ethertype}    ${peers ?? ''}`;
      await own
        .insertInto('claims')
        .values({ scope: `rules:${id}`, value, holder: rule.id })
        .execute();
    }
  const ofProject = sql<SqlBool>`project_id = ${project} and ${isFiltered}`;
  await sql`update ports set security_groups = ${JSON.stringify([id])} where ${ofProject}`.execute(own);
  await sql`insert into claims (scope, value, holder) select ${`members:${id}`}, id, id from ports where ${ofProject}`.execute(
    own,
  );
}
