import { createEntityTable } from './columns.ts';
import type { Migration } from './migration.ts';
import { createTallies, tallyRows } from './tally.ts';

/** The limits of projects that have some of their own, and the totals that they limit. */
export const migration: Migration = {
  name: '0018-quotas',
  async up(queries) {
    await createEntityTable(queries, 'quotas', {
      id: 'text',
      revision: 'integer',
      project_id: '+text',
      limits: 'text',
    });
    await createTallies(queries);
    for (const table of counted) await tallyRows(queries, table);
  },
};

const counted = ['networks', 'subnets', 'ports', 'routers', 'security_groups', 'security_group_rules', 'rbac_policies'];
