import { err, ok, type Result } from '../../base/index.ts';
import {
  created,
  type Decision,
  deleteRows,
  type Problem,
  type RuleContext,
  removed,
  updated,
} from '../../kit/index.ts';
import { qosRuleKinds } from '../qos-rule/kinds.ts';
import { rulesScope } from '../qos-rule/qos-rule.ts';
import type { RbacPolicy } from '../rbac-policy/rbac-policy.ts';
import { policyInUse } from '../rbac-policy/refusals.ts';
import { endPolicy, sharingChanges } from '../rbac-policy/sharing.ts';
import { type QosPolicy, type QosPolicyInput, qosPolicyTable } from './qos-policy.ts';
import { defaultPolicyExists } from './refusals.ts';

type Outcome = Result<Decision<QosPolicy>, Problem>;

/** The facts that creating a policy, or changing one, needs. */
export interface PolicyWorld {
  /** Whether its project has another default policy. */
  readonly hasDefault: boolean;
  /** The sharing policies about it, and a thing of a project that has it by the one for all projects alone. */
  readonly policies: readonly RbacPolicy[];
  readonly user: string | undefined;
}

/** A new policy has no rules: it treats no packet in a special way. */
export function decideCreate(input: QosPolicyInput, { hasDefault }: PolicyWorld, context: RuleContext): Outcome {
  if (input.isDefault && hasDefault) return err(defaultPolicyExists(context));
  const { entity, changes, dirty } = created(qosPolicyTable, input, context);
  const sharing = sharingChanges('qos_policy', { before: false, after: entity }, [], context);
  return ok({ entity, changes: [...changes, ...sharing], dirty });
}

/** Changes what a policy is called, who may use it, and whether it is the default one. Packets are the business of its rules. */
export function decideUpdate(
  policy: QosPolicy,
  input: Partial<QosPolicyInput>,
  { hasDefault, policies, user }: PolicyWorld,
  context: RuleContext,
): Outcome {
  if (input.isDefault && hasDefault) return err(defaultPolicyExists(policy));
  if (policy.shared && input.shared === false && user !== undefined)
    return err(policyInUse({ objectId: policy.id, holder: user }));
  const { entity, changes, dirty } = updated(qosPolicyTable, policy, input, context);
  const sharing = sharingChanges('qos_policy', { before: policy.shared, after: entity }, policies, context);
  return ok({ entity, changes: [...changes, ...sharing], dirty });
}

/** Deletes a policy with its rules. While a port or a network has it, the API refuses that. */
export function decideDelete(policy: QosPolicy, policies: readonly RbacPolicy[]): Outcome {
  const rules = { column: 'policy_id', value: policy.id, claimScope: rulesScope(policy.id) };
  const { changes, ...rest } = removed(qosPolicyTable, policy);
  return ok({
    ...rest,
    changes: [...qosRuleKinds.map(({ table }) => deleteRows(table, rules)), ...policies.map(endPolicy), ...changes],
  });
}
