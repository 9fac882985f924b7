import { sql } from 'kysely';
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

/** Security groups and their rules. Ports that are there already are in no group. */
export const migration: Migration = {
  name: '0007-security-groups',
  async up(queries) {
    await createEntityTable(queries, 'security_groups', securityGroups);
    await createEntityTable(queries, 'security_group_rules', securityGroupRules);
    await queries.own.schema
      .alterTable('ports')
      .addColumn('security_groups', sql.raw(queries.words.textType), (column) => column.notNull().defaultTo('[]'))
      .execute();
  },
};
