import { err, ok, type Result } from '../../base/index.ts';
import {
  type Change,
  type Decision,
  deleteRow,
  insertRow,
  nextRevision,
  notFound,
  type Problem,
  type RuleContext,
  updateRow,
} from '../../kit/index.ts';
import type { QosRuleId } from '../ids.ts';
import { policyPortKeys } from '../port/part-keys.ts';
import { qosPolicyTable } from '../qos-policy/qos-policy.ts';
import { notSupportedByNetwork, notSupportedByPort } from '../qos-policy/refusals.ts';
import type { QosRule, QosRuleInput, QosRuleKind } from './qos-rule.ts';
import type { TypedRule } from './read-rules.ts';
import { parameterConflict, rulesConflict } from './refusals.ts';
import type { RuleWorld } from './world.ts';

type Outcome = Result<Decision<QosRule>, Problem>;

/** Adds a rule to its policy, if the others leave room for it. */
export function decideCreate(kind: QosRuleKind, input: QosRuleInput, world: RuleWorld, context: RuleContext): Outcome {
  const rule: QosRule = { ...input, id: context.newId() as QosRuleId, revision: 1 };
  return decided(kind, rule, insertRow(kind.table, rule), world, context);
}

/** Changes the values of a rule; its policy stays. */
export function decideUpdate(
  kind: QosRuleKind,
  { before, input }: { readonly before: QosRule; readonly input: Partial<QosRuleInput> },
  world: RuleWorld,
  context: RuleContext,
): Outcome {
  const rule: QosRule = { ...before, ...input, revision: before.revision + 1 };
  return decided(kind, rule, updateRow(kind.table, rule), world, context);
}

/** Takes a rule from its policy. */
export function decideDelete(kind: QosRuleKind, rule: QosRule, world: RuleWorld, context: RuleContext): Outcome {
  return ok({
    entity: rule,
    changes: [deleteRow(kind.table, rule.id), ...grown(world, context)],
    dirty: policyPortKeys(rule.policyId),
  });
}

function decided(
  { type }: QosRuleKind,
  rule: QosRule,
  change: Change,
  world: RuleWorld,
  context: RuleContext,
): Outcome {
  if (!world.policy) return err(notFound({ resource: 'qos_policy', id: rule.policyId }));
  const others = world.rules.filter((other) => other.rule.id !== rule.id);
  const wrong = unsupported(type, world) ?? conflictOf({ type, rule }, others);
  if (wrong) return err(wrong);
  return ok({ entity: rule, changes: [change, ...grown(world, context)], dirty: policyPortKeys(rule.policyId) });
}

/** A policy shows its rules, so it is another one when they change. */
function grown({ policy }: RuleWorld, { now }: RuleContext): readonly Change[] {
  return policy ? [updateRow(qosPolicyTable, nextRevision(policy, now))] : [];
}

function unsupported(ruleType: string, { user }: RuleWorld): Problem | undefined {
  if (!user) return undefined;
  const { kind, id } = user;
  return kind === 'port' ? notSupportedByPort({ ruleType, id }) : notSupportedByNetwork({ ruleType, id });
}

/** neutron objects/qos/qos_policy_validator.py */
function conflictOf(one: TypedRule, others: readonly TypedRule[]): Problem | undefined {
  for (const other of others) {
    const conflict = bandwidthConflict(one, other) ?? packetRateConflict(one, other) ?? sameRule(one, other);
    if (conflict) return conflict;
  }
  return undefined;
}

/** No minimum is above a limit, whatever their directions. */
function bandwidthConflict({ rule }: TypedRule, { type, rule: other }: TypedRule): Problem | undefined {
  const { policyId } = rule;
  if (rule.maxKbps !== undefined && other.minKbps !== undefined && other.minKbps > rule.maxKbps)
    return parameterConflict({ value: rule.maxKbps, policyId, existingType: type, existingValue: other.minKbps });
  if (rule.minKbps !== undefined && other.maxKbps !== undefined && other.maxKbps < rule.minKbps)
    return parameterConflict({ value: rule.minKbps, policyId, existingType: type, existingValue: other.maxKbps });
  return undefined;
}

/** A minimum for both directions together does not stand beside one for a certain direction. */
function packetRateConflict({ type, rule }: TypedRule, other: TypedRule): Problem | undefined {
  if (type !== 'minimum_packet_rate' || other.type !== type) return undefined;
  const [value, existingValue] = [rule.direction ?? '', other.rule.direction ?? ''];
  if ((value === 'any') === (existingValue === 'any')) return undefined;
  return parameterConflict({ value, policyId: rule.policyId, existingType: type, existingValue });
}

function sameRule({ type, rule }: TypedRule, other: TypedRule): Problem | undefined {
  if (other.type !== type || other.rule.direction !== rule.direction) return undefined;
  return rulesConflict({ type, ruleId: other.rule.id, policyId: rule.policyId });
}
