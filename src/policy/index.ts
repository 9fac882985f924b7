/**
 * Rights: the rules of a resource's policy, and the moments at which they are asked. It knows callers and
 * owners, and neither requests nor rows.
 */
export {
  authorizeAction,
  authorizeAttribute,
  authorizeTarget,
  type GuardedAttribute,
  type Rule,
  ruleOf,
  type Target,
} from './policy.ts';
