import { sql } from 'kysely';
import { createEntityTable, standardColumns } from './columns.ts';
import type { Migration } from './migration.ts';

const part = { id: 'text', revision: 'integer', policy_id: '+text' } as const;

/** Adds the tables of QoS policies and of their rules, and the policies of networks and ports: none for those that are there. */
export const migration: Migration = {
  name: '0022-qos',
  async up(queries) {
    const create = createEntityTable.bind(undefined, queries);
    await create('qos_policies', { ...standardColumns, name: '+text', shared: 'integer', is_default: 'integer' });
    const limited = { direction: 'text' } as const;
    await create('qos_bandwidth_limit_rules', { ...part, ...limited, max_kbps: 'integer', max_burst_kbps: 'integer' });
    await create('qos_packet_rate_limit_rules', {
      ...part,
      ...limited,
      max_kpps: 'integer',
      max_burst_kpps: 'integer',
    });
    await create('qos_dscp_marking_rules', { ...part, dscp_mark: 'integer' });
    await create('qos_minimum_bandwidth_rules', { ...part, ...limited, min_kbps: 'integer' });
    await create('qos_minimum_packet_rate_rules', { ...part, ...limited, min_kpps: 'integer' });
    const { own, words } = queries;
    for (const table of ['networks', 'ports']) {
      await own.schema.alterTable(table).addColumn('qos_policy_id', sql.raw(words.textType)).execute();
      // Few have one: those that have none cost the index nothing.
      const index = own.schema.createIndex(`${table}_qos_policy_id`).on(table).columns(['qos_policy_id', 'id']);
      await index.where(sql.ref('qos_policy_id'), 'is not', null).execute();
    }
  },
};
