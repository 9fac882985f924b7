/**
 * Rights: Neutron's default policy as a table, and the two moments at which it is asked. It knows callers and
 * owners, and neither requests nor rows.
 */
export {
  authorizeAction,
  authorizeAttribute,
  authorizeTarget,
  type GuardedAttribute,
  type Requirement,
  requirementOf,
  type Target,
} from './policy.ts';
