import type { Reader } from '../../kit/index.ts';
import type { QosPolicyId } from '../ids.ts';
import { enforcedRuleTypes, qosRuleKinds } from './kinds.ts';
import type { QosRule, QosRuleType } from './qos-rule.ts';

/** A rule with its type. */
export interface TypedRule {
  readonly type: QosRuleType;
  readonly rule: QosRule;
}

/** The rules of these policies, by type, and oldest first within one. */
export async function readRules(reader: Reader, policyIds: readonly QosPolicyId[]): Promise<readonly TypedRule[]> {
  const typed: TypedRule[] = [];
  for (const { type, table } of qosRuleKinds) {
    const rules = await reader.list(table, { where: { kind: 'in', column: 'policy_id', values: policyIds } });
    typed.push(...rules.map((rule) => ({ type, rule })));
  }
  return typed;
}

/** The type of a rule of a policy that nothing here enforces; undefined where there is none. */
export async function findUnenforcedType(reader: Reader, policyId: QosPolicyId): Promise<QosRuleType | undefined> {
  const rules = await readRules(reader, [policyId]);
  return rules.map(({ type }) => type).find((type) => !enforcedRuleTypes.includes(type));
}
