import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Parents of trunks know their trunk; those that are there already get theirs. */
export const migration: Migration = {
  name: '0029-trunk-parents',
  async up({ entities, own, words }) {
    await own.schema.alterTable('ports').addColumn('trunk_id', sql.raw(words.textType)).execute();
    for (const { id, port_id } of await entities.selectFrom('trunks').select(['id', 'port_id']).execute())
      await entities
        .updateTable('ports')
        .set({ trunk_id: id ?? null })
        .where('id', '=', port_id ?? '')
        .execute();
  },
};
