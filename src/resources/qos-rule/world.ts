import type { Reader } from '../../kit/index.ts';
import type { QosPolicyId } from '../ids.ts';
import { networkTable } from '../network/network.ts';
import { portTable } from '../port/port.ts';
import { type QosPolicy, qosPolicyTable } from '../qos-policy/qos-policy.ts';
import { enforcedRuleTypes } from './kinds.ts';
import type { QosRuleType } from './qos-rule.ts';
import { readRules, type TypedRule } from './read-rules.ts';

/** The facts that a change of a policy's rules needs. */
export interface RuleWorld {
  readonly policy: QosPolicy | undefined;
  readonly rules: readonly TypedRule[];
  /** A port or a network that has the policy; looked for only if the rule is of a type that nothing enforces. */
  readonly user: PolicyUser | undefined;
}

/** Something that has a policy. */
export interface PolicyUser {
  readonly kind: 'port' | 'network';
  readonly id: string;
}

/** Reads the policy, its rules, and where it matters who uses it. */
export async function readRuleWorld(reader: Reader, policyId: QosPolicyId, type: QosRuleType): Promise<RuleWorld> {
  return {
    policy: await reader.find(qosPolicyTable, policyId),
    rules: await readRules(reader, [policyId]),
    user: enforcedRuleTypes.includes(type) ? undefined : await findUser(reader, policyId),
  };
}

async function findUser(reader: Reader, policyId: QosPolicyId): Promise<PolicyUser | undefined> {
  const where = { kind: 'in', column: 'qos_policy_id', values: [policyId] } as const;
  const [port] = await reader.listIds(portTable, { where, limit: 1 });
  if (port !== undefined) return { kind: 'port', id: port };
  const [network] = await reader.listIds(networkTable, { where, limit: 1 });
  return network === undefined ? undefined : { kind: 'network', id: network };
}
