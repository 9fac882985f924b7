import { sql } from 'kysely';
import { startsWith } from '../predicate.ts';
import type { Migration } from './migration.ts';

/**
 * Only addresses are looked for on all subnets, so only they are indexed by their value. Each new port also claims a MAC and its
 * place in a group: an entry for those, at a random place of the index, would cost as much again as the claim itself.
 */
export const migration: Migration = {
  name: '0017-claims-on-addresses',
  async up({ own }) {
    await own.schema.dropIndex('claims_value').execute();
    await sql`create index claims_on_addresses on claims (value) where ${startsWith('scope', 'subnet:')}`.execute(own);
  },
};
