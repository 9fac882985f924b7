import type { Resource } from '../../kit/index.ts';
import { qosPolicyTable } from '../qos-policy/qos-policy.ts';
import { ownedOrShared } from '../rbac-policy/sharing.ts';
import { qosRuleKinds } from './kinds.ts';
import type { QosRule, QosRuleInput, QosRuleKind } from './qos-rule.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { readRuleWorld } from './world.ts';

/**
 * Serves the rules of policies at `/v2.0/qos/policies/<id>/<type>_rules`, and those that exist at
 * `/v2.0/qos/alias-<type>-rules`, too. Who sees a policy sees its rules; administrators change them.
 */
export const qosRuleResources: readonly Resource<QosRule, QosRuleInput>[] = [
  ...qosRuleKinds.map(belowPolicy),
  ...qosRuleKinds.map(withoutPolicy),
];

function belowPolicy(kind: QosRuleKind): Resource<QosRule, QosRuleInput> {
  return {
    ...withoutPolicy(kind),
    definition: kind.definition,
    // Each rule changes its policy, too.
    maxBulkItems: 100,
    create: async (input, reader, context) =>
      decideCreate(kind, input, await readRuleWorld(reader.unscoped, input.policyId, kind.type), context),
  };
}

function withoutPolicy(kind: QosRuleKind): Resource<QosRule, QosRuleInput> {
  const { type, table, alias } = kind;
  return {
    table,
    definition: alias,
    policy: { get: 'reader' },
    visibleTo: (projectId) => ({
      kind: 'related',
      column: 'policy_id',
      table: qosPolicyTable,
      where: ownedOrShared(projectId),
    }),
    update: async (before, input, { unscoped }, context) =>
      decideUpdate(kind, { before, input }, await readRuleWorld(unscoped, before.policyId, type), context),
    remove: async (rule, { unscoped }, context) =>
      decideDelete(kind, rule, await readRuleWorld(unscoped, rule.policyId, type), context),
  };
}
