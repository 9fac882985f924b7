import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Adds the NUMA affinity policy to ports; null for the ports that are there. */
export const migration: Migration = {
  name: '0011-port-numa-affinity',
  async up({ own, words }) {
    await own.schema.alterTable('ports').addColumn('numa_affinity_policy', sql.raw(words.textType)).execute();
  },
};
