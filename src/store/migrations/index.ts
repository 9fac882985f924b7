import { initial } from './0001-initial.ts';
import { outboxInOrder } from './0002-outbox-in-order.ts';
import { storeIdentity } from './0003-store-identity.ts';
import { commitMarks } from './0004-commit-marks.ts';
import { stagedBulks } from './0006-staged-bulks.ts';
import { securityGroupsAndRules } from './0007-security-groups.ts';
import { addressScopes } from './0008-address-scopes.ts';
import { addressGroups } from './0009-address-groups.ts';
import { rbacPolicies } from './0010-rbac-policies.ts';
import type { Migration } from './migration.ts';

/** THE list: every step of the schema, in order. A new one is added at the end. */
export const migrations: readonly Migration[] = [
  initial,
  outboxInOrder,
  storeIdentity,
  commitMarks,
  stagedBulks,
  securityGroupsAndRules,
  addressScopes,
  addressGroups,
  rbacPolicies,
];
