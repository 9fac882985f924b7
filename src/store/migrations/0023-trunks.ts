import { createEntityTable, standardColumns } from './columns.ts';
import type { Migration } from './migration.ts';

/** Adds the table of trunks. */
export const migration: Migration = {
  name: '0023-trunks',
  async up(queries) {
    await createEntityTable(queries, 'trunks', {
      ...standardColumns,
      name: '+text',
      admin_state_up: 'integer',
      port_id: '+text',
      sub_ports: 'text',
      status: 'text',
    });
  },
};
