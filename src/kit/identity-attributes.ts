import type { ReadOnlyAttribute } from './attribute.ts';
import type { Owned } from './standard.ts';
import type { Stored } from './table.ts';

/** `id`, which every thing has. */
export const idAttribute: ReadOnlyAttribute<Stored> = {
  name: 'id',
  access: 'read-only',
  schema: { type: 'string', format: 'uuid' },
  column: 'id',
  read: ({ id }) => id,
};

/**
 * `id` and the project under its new and its old name (neutron-lib api/definitions/project_id.py). At creation the API
 * takes the project from the body, if the caller may name it, and otherwise from the caller.
 */
export function identityAttributes<E extends Owned & Stored>(): readonly ReadOnlyAttribute<E>[] {
  const project = {
    type: 'string',
    description: 'Set at creation only; another project than one’s own by administrators only',
  };
  return [
    idAttribute,
    { name: 'tenant_id', access: 'read-only', schema: project, column: 'project_id', read: (e) => e.projectId },
    { name: 'project_id', access: 'read-only', schema: project, column: 'project_id', read: (e) => e.projectId },
  ];
}
