import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Adds the extra DHCP options of ports: none for those that are there. */
export const migration: Migration = {
  name: '0030-extra-dhcp-options',
  async up({ own, words }) {
    await own.schema
      .alterTable('ports')
      .addColumn('extra_dhcp_opts', sql.raw(words.textType), (column) => column.notNull().defaultTo('[]'))
      .execute();
  },
};
