import type { Predicate, ScopedReader, Stored } from '../../kit/index.ts';
import { findUse, objectKinds } from './objects.ts';
import { everyProject, type RbacPolicy, type RbacPolicyInput } from './rbac-policy.ts';
import { readPolicies, type Shareable } from './sharing.ts';

/** The facts that a policy needs. */
export interface PolicyWorld {
  /** The thing that it is about; when a policy is made, only if the caller sees it. */
  readonly object: (Shareable & Stored) | undefined;
  /** The other policies about it. */
  readonly others: readonly RbacPolicy[];
}

/** Reads the object that a policy is about, if the caller sees it, and all policies that it has already. */
export async function readPolicyWorld(
  reader: ScopedReader,
  { objectType, objectId }: Pick<RbacPolicyInput, 'objectType' | 'objectId'>,
): Promise<PolicyWorld> {
  return {
    object: await reader.find(objectKinds[objectType].table, objectId),
    // An administrator's policies count, too.
    others: await readPolicies(reader.unscoped, objectId),
  };
}

/** The facts that the end of a policy needs. */
export interface EndWorld extends PolicyWorld {
  /** Something that uses the thing and could not without the policy. */
  readonly user: string | undefined;
}

/** Reads unscoped: a policy that an administrator gave to a project may be about a thing that this project does not see. */
export async function readEndWorld({ unscoped }: ScopedReader, policy: RbacPolicy): Promise<EndWorld> {
  const object = await unscoped.find(objectKinds[policy.objectType].table, policy.objectId);
  const others = (await readPolicies(unscoped, policy.objectId)).filter(({ id }) => id !== policy.id);
  const remaining = others.map(({ targetTenant }) => targetTenant);
  if (!object || remaining.includes(everyProject)) return { object, others, user: undefined };
  const whose = withoutPolicy(policy, [object.projectId, ...remaining]);
  return { object, others, user: await findUse(unscoped, policy.objectType, policy.objectId, whose) };
}

/** The projects that may use a thing by this policy alone. */
function withoutPolicy({ targetTenant }: RbacPolicy, others: readonly string[]): Predicate {
  const isOther: Predicate = { kind: 'not', of: { kind: 'in', column: 'project_id', values: others } };
  if (targetTenant === everyProject) return isOther;
  return { kind: 'all', of: [{ kind: 'in', column: 'project_id', values: [targetTenant] }, isOther] };
}
