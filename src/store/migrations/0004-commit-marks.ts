import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What each writer committed last, for a writer that was not told: see commit-mark.ts. */
export const migration: Migration = {
  name: '0004-commit-marks',
  async up({ own, words }) {
    await own.schema
      .createTable('commit_marks')
      .addColumn('writer', sql.raw(words.textType), (column) => column.primaryKey().notNull())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('left_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
