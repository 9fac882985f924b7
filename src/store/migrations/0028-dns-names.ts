import type { Migration } from './migration.ts';

/** Adds names of ports and domains of networks and ports: none for those that are there. */
export const migration: Migration = {
  name: '0028-dns-names',
  async up({ own: { schema } }) {
    for (const [table, column] of [
      ['ports', 'dns_name'],
      ['ports', 'dns_domain'],
      ['networks', 'dns_domain'],
    ] as const)
      await schema
        .alterTable(table)
        .addColumn(column, 'text', (added) => added.notNull().defaultTo(''))
        .execute();
  },
};
