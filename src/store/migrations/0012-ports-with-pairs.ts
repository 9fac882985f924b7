import type { Migration } from './migration.ts';

/** A group's ports with address pairs are found by claims of their own; those that are there already get theirs. */
export const migration: Migration = {
  name: '0012-ports-with-pairs',
  async up({ entities, own }) {
    const ports = await entities
      .selectFrom('ports')
      .select(['id', 'security_groups'])
      .where('allowed_address_pairs', '!=', '[]')
      .execute();
    for (const { id, security_groups } of ports)
      for (const group of JSON.parse(String(security_groups)) as readonly string[]) {
        const claim = { scope: `pairs:${group}`, value: String(id), holder: String(id) };
        await own.insertInto('claims').values(claim).execute();
      }
  },
};
