import { err, ok, type Result } from '../../base/index.ts';
import type { Asked, Problem, ScopedReader } from '../../kit/index.ts';
import type { QosPolicyId } from '../ids.ts';
import { findUnenforcedType } from '../qos-rule/read-rules.ts';
import { qosPolicyTable } from './qos-policy.ts';
import { policyNotTheirs } from './refusals.ts';

/** A thing that may have a policy. */
interface Treated {
  readonly qosPolicyId: QosPolicyId | undefined;
}

/** What the choice of a policy depends on. */
export interface PolicyChoice {
  /** A type of rules in the policy that is asked for, which nothing here enforces. */
  readonly unenforcedType?: string | undefined;
  /** Whether the caller does not see the policy that the thing has, and so can't take it away. */
  readonly isPolicyHidden?: boolean;
}

/** Reads what a request about a thing depends on that may name a policy. */
export async function readPolicyChoice(
  { before, input }: Asked<Treated, Treated>,
  reader: ScopedReader,
): Promise<PolicyChoice> {
  const [old, wanted] = [before?.qosPolicyId, input.qosPolicyId];
  if (!('qosPolicyId' in input) || old === wanted) return {};
  return {
    isPolicyHidden: old !== undefined && (await reader.find(qosPolicyTable, old)) === undefined,
    unenforcedType: wanted && (await findUnenforcedType(reader.unscoped, wanted)),
  };
}

/** The policy that the thing gets, which may be none. `notSupported` refuses a rule of a type (neutron core_extensions/qos.py). */
export function choosePolicy(
  { before, input }: Asked<Treated, Treated>,
  { isPolicyHidden, unenforcedType }: PolicyChoice,
  notSupported: (ruleType: string) => Problem,
): Result<Treated, Problem> {
  if (before?.qosPolicyId && isPolicyHidden) return err(policyNotTheirs({ policyId: before.qosPolicyId }));
  if (unenforcedType) return err(notSupported(unenforcedType));
  const chosen = 'qosPolicyId' in input ? input : before;
  return ok({ qosPolicyId: chosen?.qosPolicyId });
}
