import { sql } from 'kysely';
import { byPrimaryKey } from './columns.ts';
import type { Migration } from './migration.ts';

/** The outbox in the order of its writing, without an index: a unit's keys lie beside those of the unit before. */
export const migration: Migration = {
  name: '0002-outbox-in-order',
  async up({ own, words }) {
    const text = sql.raw(words.textType);
    await own.schema.alterTable('outbox').renameTo('outbox_by_key').execute();
    const outbox = own.schema
      .createTable('outbox')
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('outbox_in_order', ['revision', 'kind', 'id']);
    await byPrimaryKey(outbox, words).execute();
    await sql`insert into outbox select revision, kind, id from outbox_by_key`.execute(own);
    await own.schema.dropTable('outbox_by_key').execute();
  },
};
