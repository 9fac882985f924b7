import type { Result } from '../../base/index.ts';
import {
  type Change,
  deleteRow,
  filterByBoolean,
  insertRow,
  type Json,
  type Owned,
  type Predicate,
  type Problem,
  type ProjectId,
  type Reader,
  type RuleContext,
  type Standard,
  type View,
  type Viewer,
} from '../../kit/index.ts';
import { everyProject, type ObjectType, type RbacPolicy, type RbacPolicyId, rbacPolicyTable } from './rbac-policy.ts';

/** The things that a project owns, or may use. `column` holds their ids, in whichever table. */
export function ownedOrShared(projectId: ProjectId): Predicate {
  return { kind: 'any', of: [{ kind: 'in', column: 'project_id', values: [projectId] }, sharedWith(projectId)] };
}

/** The things that a project may use by a policy. */
function sharedWith(projectId: ProjectId): Predicate {
  const where: Predicate = {
    kind: 'all',
    of: [
      { kind: 'in', column: 'target_tenant', values: [projectId, everyProject] },
      { kind: 'in', column: 'action', values: ['access_as_shared'] },
    ],
  };
  return { kind: 'related', column: 'id', table: rbacPolicyTable, relatedColumn: 'object_id', where };
}

/** How a field `shared` is shown and filtered by. */
export const sharedToCaller = { showTo: showShared, filter: filterShared };

/** `shared` as a caller sees it: all may use the thing, or else this caller, who sees it without owning it. */
function showShared(isSharedByAll: boolean, { projectId }: Owned, view: View): Json {
  return isSharedByAll || (view.projectId !== undefined && view.projectId !== projectId);
}

/** The things that are shown with these values of `shared` to a caller who sees them. */
function filterShared(values: readonly string[], { projectId }: Viewer): Result<Predicate, Problem> {
  const byAll: Predicate = { kind: 'in', column: 'shared', values: [1] };
  const isOwn: Predicate = { kind: 'in', column: 'project_id', values: [projectId ?? null] };
  const isShared: Predicate =
    projectId === undefined ? byAll : { kind: 'any', of: [byAll, { kind: 'not', of: isOwn }] };
  return filterByBoolean(values, isShared);
}

/** A thing that may be shared. Its `shared` says whether a policy lets every project use it. */
export interface Shareable extends Standard {
  readonly id: string;
  readonly shared: boolean;
}

/** The change of policies that `shared` of a thing asks for, from `before` to `after`. */
export function sharingChanges(
  objectType: ObjectType,
  { before, after }: { readonly before: boolean; readonly after: Shareable },
  policies: readonly RbacPolicy[],
  context: RuleContext,
): readonly Change[] {
  if (before === after.shared) return [];
  if (after.shared) return [insertRow(rbacPolicyTable, wildcard(objectType, after, context))];
  return policies.filter(({ targetTenant }) => targetTenant === everyProject).map(endPolicy);
}

function wildcard(objectType: ObjectType, { id, projectId }: Shareable, context: RuleContext): RbacPolicy {
  return {
    id: context.newId() as RbacPolicyId,
    projectId,
    revision: 1,
    objectType,
    objectId: id,
    targetTenant: everyProject,
    action: 'access_as_shared',
  };
}

/** The change that deletes a policy. */
export function endPolicy({ id }: RbacPolicy): Change {
  return deleteRow(rbacPolicyTable, id);
}

/** All policies about a thing. */
export function readPolicies(reader: Reader, id: string): Promise<readonly RbacPolicy[]> {
  return reader.list(rbacPolicyTable, { where: { kind: 'in', column: 'object_id', values: [id] } });
}
