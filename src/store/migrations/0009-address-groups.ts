import { createEntityTable, standardColumns } from './columns.ts';
import type { Migration } from './migration.ts';

/** Adds the table of address groups. */
export const migration: Migration = {
  name: '0009-address-groups',
  async up(queries) {
    await createEntityTable(queries, 'address_groups', { ...standardColumns, name: '+text', addresses: 'text' });
  },
};
