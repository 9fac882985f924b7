import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const migration: Migration = {
  name: '0011-port-numa-affinity',
  async up({ own, words }) {
    await own.schema.alterTable('ports').addColumn('numa_affinity_policy', sql.raw(words.textType)).execute();
  },
};
