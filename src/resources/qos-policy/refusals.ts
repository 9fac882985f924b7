import { refusal } from '../../kit/index.ts';
import type { QosPolicyId } from '../ids.ts';

/* Names of exceptions and messages: neutron-lib exceptions/qos.py */

/** Given when a project has a default policy already. */
export const defaultPolicyExists = refusal<{ readonly projectId: string }>('default-qos-policy-exists', {
  status: 409,
  type: 'QoSPolicyDefaultAlreadyExists',
  message: ({ projectId }) => `A default QoS policy exists for project ${projectId}.`,
});

/** Given when a policy is to be taken from a port or a network by a caller who does not see it. */
export const policyNotTheirs = refusal<{ readonly policyId: QosPolicyId }>('qos-policy-not-theirs', {
  status: 403,
  type: 'PolicyRemoveAuthorizationError',
  message: ({ policyId }) => `Failed to remove provided policy ${policyId} because you are not authorized.`,
});

interface Unsupported {
  readonly ruleType: string;
  readonly id: string;
}

/** Given when a port is to have a policy with a rule that nothing here enforces. */
export const notSupportedByPort = refusal<Unsupported>('qos-rule-not-supported', {
  status: 409,
  type: 'QosRuleNotSupported',
  message: ({ ruleType, id }) => `Rule ${ruleType} is not supported by port ${id}`,
});

/** The same for a network. */
export const notSupportedByNetwork = refusal<Unsupported>('qos-rule-not-supported-by-network', {
  status: 409,
  type: 'QosRuleNotSupportedByNetwork',
  message: ({ ruleType, id }) => `Rule ${ruleType} is not supported by network ${id}`,
});
