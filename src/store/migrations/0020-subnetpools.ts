import { sql } from 'kysely';
import { createEntityTable, standardColumns } from './columns.ts';
import type { Migration } from './migration.ts';
import { tallyRows } from './tally.ts';

/** Adds subnet pools, and the pool that a subnet is of: none for those that are there. */
export const migration: Migration = {
  name: '0020-subnetpools',
  async up(queries) {
    await createEntityTable(queries, 'subnetpools', {
      ...standardColumns,
      name: '+text',
      prefixes: 'text',
      ip_version: 'integer',
      default_prefixlen: 'integer',
      min_prefixlen: 'integer',
      max_prefixlen: 'integer',
      default_quota: 'integer?',
      is_default: 'integer',
      shared: 'integer',
      address_scope_id: '+text?',
    });
    await createEntityTable(queries, 'subnetpool_free_blocks', {
      id: 'text',
      revision: 'integer',
      subnetpool_id: '+text',
      prefix: 'text',
    });
    await tallyRows(queries, 'subnetpools');
    const { own, words } = queries;
    await own.schema.alterTable('subnets').addColumn('subnetpool_id', sql.raw(words.textType)).execute();
    await own.schema.createIndex('subnets_subnetpool_id').on('subnets').column('subnetpool_id').execute();
  },
};
