import { createEntityTable, standardColumns } from './columns.ts';
import type { Migration } from './migration.ts';

/** Adds the table of address scopes. */
export const migration: Migration = {
  name: '0008-address-scopes',
  async up(queries) {
    const columns = { ...standardColumns, name: '+text', ip_version: 'integer', shared: 'integer' } as const;
    await createEntityTable(queries, 'address_scopes', columns);
  },
};
