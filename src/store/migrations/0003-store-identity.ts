import { sql } from 'kysely';
import { newUuid } from '../../base/index.ts';
import type { Migration } from './migration.ts';

/**
 * The id of this store, made once: whoever keeps what follows from it can tell this store from another, or from one that
 * was made anew in its place. A copy, such as a backup, keeps it.
 */
export const migration: Migration = {
  name: '0003-store-identity',
  async up({ own, words }) {
    const text = sql.raw(words.textType);
    await own.schema
      .createTable('store_identity')
      .addColumn('only', 'integer', (column) => column.primaryKey())
      .addColumn('id', text, (column) => column.notNull())
      .execute();
    await own.insertInto('store_identity').values({ only: 1, id: newUuid() }).execute();
  },
};
