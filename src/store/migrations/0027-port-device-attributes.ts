import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Adds what others say of ports and their devices: nothing for the ports that are there. */
export const migration: Migration = {
  name: '0027-port-device-attributes',
  async up({ own, words }) {
    const { schema } = own;
    await schema.alterTable('ports').addColumn('data_plane_status', sql.raw(words.textType)).execute();
    await schema.alterTable('ports').addColumn('device_profile', sql.raw(words.textType)).execute();
    await schema
      .alterTable('ports')
      .addColumn('propagate_uplink_status', 'integer', (column) => column.notNull().defaultTo(1))
      .execute();
  },
};
