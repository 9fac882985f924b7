import { createEntityTable, standardColumns } from './columns.ts';
import type { Migration } from './migration.ts';

/** Adds the ranges of identifiers that networks may get. */
export const migration: Migration = {
  name: '0026-network-segment-ranges',
  async up(queries) {
    await createEntityTable(queries, 'network_segment_ranges', {
      ...standardColumns,
      name: '+text',
      default: 'integer',
      shared: 'integer',
      network_type: 'text',
      physical_network: 'text?',
      minimum: 'integer',
      maximum: 'integer',
    });
  },
};
