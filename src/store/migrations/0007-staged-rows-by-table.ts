import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Rows of open bulks are noted by their table, `ports`, where they were noted by their resource, `port`. */
export const stagedRowsByTable: Migration = {
  name: '0007-staged-rows-by-table',
  async up({ own }) {
    await own.updateTable('staged_rows').set({ resource: sql<string>`resource || 's'` }).execute();
  },
};
