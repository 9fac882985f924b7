import { newUuid } from '../../base/index.ts';
import { createEntityTable } from './columns.ts';
import type { Migration } from './migration.ts';

/** Networks that are shared get the policy that says so. */
export const migration: Migration = {
  name: '0010-rbac-policies',
  async up(queries) {
    await createEntityTable(queries, 'rbac_policies', {
      id: 'text',
      project_id: '+text',
      revision: 'integer',
      object_type: 'text',
      object_id: '+text',
      target_tenant: '+text',
      action: 'text',
    });
    const { entities, own } = queries;
    for (const table of ['address_groups', 'security_groups'])
      await own.schema
        .alterTable(table)
        .addColumn('shared', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
    const shared = await entities.selectFrom('networks').select(['id', 'project_id']).where('shared', '=', 1).execute();
    for (const { id, project_id } of shared) {
      const policy = newUuid();
      const named = { id: policy, project_id: project_id ?? '', object_id: id ?? '' };
      const allowed = { object_type: 'network', target_tenant: '*', action: 'access_as_shared' };
      await entities
        .insertInto('rbac_policies')
        .values({ ...named, ...allowed, revision: 1 })
        .execute();
      // Of two policies that say the same one is refused.
      const claim = { scope: `rbac:${id}`, value: 'access_as_shared *', holder: policy };
      await own.insertInto('claims').values(claim).execute();
    }
  },
};
