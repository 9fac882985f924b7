import { sql } from 'kysely';
import { byPrimaryKey } from './columns.ts';
import type { Migration } from './migration.ts';

/** Bulks that are being written in several units, the rows that nobody sees before the last, and their keys. */
export const migration: Migration = {
  name: '0006-staged-bulks',
  async up({ own, words }) {
    const text = sql.raw(words.textType);
    const openBulks = own.schema
      .createTable('open_bulks')
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('parts', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('open_bulks_key', ['id']);
    const stagedRows = own.schema
      .createTable('staged_rows')
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('bulk', text, (column) => column.notNull())
      .addColumn('resource', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('staged_rows_key', ['id']);
    const stagedKeys = own.schema
      .createTable('staged_keys')
      .addColumn('bulk', text, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('staged_keys_key', ['bulk', 'kind', 'id']);
    for (const table of [openBulks, stagedRows, stagedKeys]) await byPrimaryKey(table, words).execute();
    await own.schema.createIndex('staged_rows_bulk').on('staged_rows').column('bulk').execute();
  },
};
