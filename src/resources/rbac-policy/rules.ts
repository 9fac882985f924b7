import { err, ok, type Result } from '../../base/index.ts';
import {
  type Change,
  type Decision,
  insertRow,
  invalidInput,
  nextRevision,
  notFound,
  type Problem,
  type RuleContext,
  updateRow,
} from '../../kit/index.ts';
import { objectKinds } from './objects.ts';
import {
  everyProject,
  type RbacPolicy,
  type RbacPolicyId,
  type RbacPolicyInput,
  rbacPolicyTable,
} from './rbac-policy.ts';
import { duplicatePolicy, invalidAction, policyInUse } from './refusals.ts';
import { endPolicy, type Shareable } from './sharing.ts';
import type { EndWorld, PolicyWorld } from './world.ts';

type Outcome = Result<Decision<RbacPolicy>, Problem>;

/** Shares an object that the caller owns (an administrator: any). A policy for all projects also sets its `shared`. */
export function decideCreate(input: RbacPolicyInput, world: PolicyWorld, context: RuleContext): Outcome {
  const { objectType, objectId, action, targetTenant } = input;
  if (!world.object) return err(notFound({ resource: objectType, id: objectId }));
  if (!mayShare(world.object, context)) return err(notTheirs());
  // Networks are external once there are gateways to the outside.
  if (action !== 'access_as_shared') return err(invalidAction({ action, objectType }));
  if (world.others.some((other) => other.targetTenant === targetTenant)) return err(duplicatePolicy());
  const policy: RbacPolicy = {
    ...input,
    id: context.newId() as RbacPolicyId,
    projectId: context.projectId,
    revision: 1,
  };
  const shared = targetTenant === everyProject;
  return ok({
    entity: policy,
    changes: [insertRow(rbacPolicyTable, policy), ...(shared ? sharedByAll(policy, world, true, context) : [])],
    dirty: [],
  });
}

/** Only the target changes: for the old one it is like the end of the policy, for the new one like a new policy. */
export function decideUpdate(
  policy: RbacPolicy,
  { targetTenant = policy.targetTenant }: Partial<RbacPolicyInput>,
  world: EndWorld,
  context: RuleContext,
): Outcome {
  // Its own project may own the policy without owning the thing: an administrator can make it so.
  if (world.object && !mayShare(world.object, context)) return err(notTheirs());
  if (targetTenant === policy.targetTenant) return ok({ entity: policy, changes: [], dirty: [] });
  if (world.user !== undefined) return err(policyInUse({ objectId: policy.objectId, holder: world.user }));
  if (world.others.some((other) => other.targetTenant === targetTenant)) return err(duplicatePolicy());
  const entity = { ...policy, targetTenant, revision: policy.revision + 1 };
  const isWildcard = targetTenant === everyProject;
  const flips = isWildcard || policy.targetTenant === everyProject;
  return ok({
    entity,
    changes: [updateRow(rbacPolicyTable, entity), ...(flips ? sharedByAll(policy, world, isWildcard, context) : [])],
    dirty: [],
  });
}

/** Ends a policy unless a project that loses its access uses the object. The end of the wildcard clears `shared`. */
export function decideDelete(policy: RbacPolicy, world: EndWorld, context: RuleContext): Outcome {
  if (world.user !== undefined) return err(policyInUse({ objectId: policy.objectId, holder: world.user }));
  const wasShared = policy.targetTenant === everyProject;
  const unshared = wasShared ? sharedByAll(policy, world, false, context) : [];
  return ok({ entity: policy, changes: [endPolicy(policy), ...unshared], dirty: [] });
}

function mayShare({ projectId }: Shareable, { caller }: RuleContext): boolean {
  return caller.isAdmin || projectId === caller.projectId;
}

/** neutron objects/rbac_db.py `validate_rbac_policy_change` */
function notTheirs(): Problem {
  return invalidInput('Only admins can manipulate policies on objects they do not own');
}

/** A thing itself tells whether every project may use it. */
function sharedByAll(
  { objectType }: RbacPolicy,
  { object }: PolicyWorld,
  shared: boolean,
  { now }: RuleContext,
): readonly Change[] {
  if (!object || object.shared === shared) return [];
  return [updateRow(objectKinds[objectType].table, nextRevision({ ...object, shared }, now))];
}
