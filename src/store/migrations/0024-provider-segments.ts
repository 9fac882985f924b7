import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Adds the segments of provider networks. Those that are there are Geneve's, whose identifier is the key of the datapath. */
export const migration: Migration = {
  name: '0024-provider-segments',
  async up({ own, entities, words }) {
    const integer = words.dialect === 'sqlite' ? sql`integer` : sql`bigint`;
    await own.schema.alterTable('networks').addColumn('physical_network', sql.raw(words.textType)).execute();
    await own.schema.alterTable('networks').addColumn('provider_segmentation_id', integer).execute();
    await entities
      .updateTable('networks')
      .set({ provider_segmentation_id: sql`segmentation_id` as never })
      .execute();
  },
};
