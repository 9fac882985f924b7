import type { Predicate, ScopedReader, Stored } from '../../kit/index.ts';
import { findUse, objectKinds } from './objects.ts';
import { everyProject, type RbacPolicy, type RbacPolicyInput } from './rbac-policy.ts';
import { readPolicies, type Shareable } from './sharing.ts';

/** The facts that a policy needs. */
export interface PolicyWorld {
  /** The thing that it is about, if the caller sees it. */
  readonly object: (Shareable & Stored) | undefined;
  /** The other policies about it. */
  readonly others: readonly RbacPolicy[];
}

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

export async function readEndWorld(reader: ScopedReader, policy: RbacPolicy): Promise<EndWorld> {
  const { object, others: all } = await readPolicyWorld(reader, policy);
  const others = all.filter(({ id }) => id !== policy.id);
  const remaining = others.map(({ targetTenant }) => targetTenant);
  if (!object || remaining.includes(everyProject)) return { object, others, user: undefined };
  const whose = withoutPolicy(policy, [object.projectId, ...remaining]);
  // Those who use the thing are other projects.
  return { object, others, user: await findUse(reader.unscoped, policy.objectType, policy.objectId, whose) };
}

/** The projects that may use a thing by this policy alone. */
function withoutPolicy({ targetTenant }: RbacPolicy, others: readonly string[]): Predicate {
  const isOther: Predicate = { kind: 'not', of: { kind: 'in', column: 'project_id', values: others } };
  if (targetTenant === everyProject) return isOther;
  return { kind: 'all', of: [{ kind: 'in', column: 'project_id', values: [targetTenant] }, isOther] };
}
