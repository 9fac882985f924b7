import { refusal } from '../../kit/index.ts';
import type { QosPolicyId } from '../ids.ts';

/* Names of exceptions and messages: neutron-lib exceptions/qos.py */

/** Given for a rule that does not exist, or is another policy's. */
export const ruleNotFound = refusal<{ readonly ruleId: string }>('qos-rule-not-found', {
  status: 404,
  type: 'QosRuleNotFound',
  message: ({ ruleId }) => `QoS rule ${ruleId} could not be found.`,
});

interface Conflict {
  readonly type: string;
  readonly ruleId: string;
  readonly policyId: QosPolicyId;
}

/** Given when the policy has a rule of that type in that direction already. */
export const rulesConflict = refusal<Conflict>('qos-rules-conflict', {
  status: 409,
  type: 'QoSRulesConflict',
  message: ({ type, ruleId, policyId }) =>
    `Rule ${type} conflicts with rule ${ruleId} which already exists in QoS Policy ${policyId}.`,
});

interface ParameterConflict {
  readonly value: string | number;
  readonly policyId: QosPolicyId;
  readonly existingType: string;
  readonly existingValue: string | number;
}

/** Given when a minimum would be above a limit, or a rule for any direction stands beside one for a certain direction. */
export const parameterConflict = refusal<ParameterConflict>('qos-rule-parameter-conflict', {
  status: 409,
  type: 'QoSRuleParameterConflict',
  message: ({ value, policyId, existingType, existingValue }) =>
    `Unable to add the rule with value ${value} to the policy ${policyId} as the existing rule of type ${existingType} has value ${existingValue}.`,
});
