import type { Predicate, ProjectId, Reader, Related } from '../../kit/index.ts';
import { qosRuleKinds } from '../qos-rule/kinds.ts';
import { showRule } from '../qos-rule/qos-rule.ts';
import { findUse } from '../rbac-policy/objects.ts';
import { everyProject } from '../rbac-policy/rbac-policy.ts';
import { readPolicies } from '../rbac-policy/sharing.ts';
import { findDefaultId } from './default-policy.ts';
import type { QosPolicy, QosPolicyInput } from './qos-policy.ts';
import type { PolicyWorld } from './rules.ts';

/** Reads what a new policy of a project depends on. */
export async function readCreateWorld(reader: Reader, projectId: ProjectId): Promise<PolicyWorld> {
  return { hasDefault: (await findDefaultId(reader, projectId)) !== undefined, policies: [], user: undefined };
}

/** Reads what a change of a policy depends on. */
export async function readUpdateWorld(
  reader: Reader,
  policy: QosPolicy,
  input: Partial<QosPolicyInput>,
): Promise<PolicyWorld> {
  const defaultId = input.isDefault ? await findDefaultId(reader, policy.projectId) : undefined;
  const policies = await readPolicies(reader, policy.id);
  const stopsSharing = policy.shared && input.shared === false;
  const admitted = policies.map(({ targetTenant }) => targetTenant).filter((target) => target !== everyProject);
  const others: Predicate = {
    kind: 'not',
    of: { kind: 'in', column: 'project_id', values: [policy.projectId, ...admitted] },
  };
  return {
    hasDefault: defaultId !== undefined && defaultId !== policy.id,
    policies,
    user: stopsSharing ? await findUse(reader, 'qos_policy', policy.id, others) : undefined,
  };
}

/** The rules of each policy as it shows them. */
export async function readShownRules(policies: readonly QosPolicy[], reader: Reader): Promise<Related> {
  const where = { kind: 'in', column: 'policy_id', values: policies.map(({ id }) => id) } as const;
  const shown = [];
  for (const kind of qosRuleKinds)
    for (const rule of await reader.list(kind.table, { where }))
      shown.push([rule.policyId, showRule(kind, rule)] as const);
  const grouped = Map.groupBy(shown, ([policyId]) => policyId);
  return new Map([...grouped].map(([policyId, rules]) => [policyId, rules.map(([, rule]) => rule)]));
}
