import type { Predicate, Reader } from '../../kit/index.ts';
import type { SecurityGroupId } from '../ids.ts';
import { inSecurityGroup } from '../port/claims.ts';
import { portTable } from '../port/port.ts';
import type { RbacPolicy } from '../rbac-policy/rbac-policy.ts';
import { readPolicies } from '../rbac-policy/sharing.ts';
import { type SecurityGroupRule, securityGroupRuleTable } from '../security-group-rule/security-group-rule.ts';
import { type SecurityGroup, securityGroupTable } from './security-group.ts';

/** The facts that changing a group needs. */
export interface GroupUpdateWorld {
  /** Whether a port is in it, of whichever project. */
  readonly isUsed: boolean;
}

/** Reads whether any port is in the group. */
export async function readUpdateWorld(reader: Reader, { id }: SecurityGroup): Promise<GroupUpdateWorld> {
  return { isUsed: await isUsed(reader, id) };
}

/** The facts that deleting a group needs. */
export interface GroupDeleteWorld {
  readonly isUsed: boolean;
  /** The groups that its rules name as peers. */
  readonly ownRemoteIds: readonly SecurityGroupId[];
  /** Rules of other groups that admit its ports. */
  readonly admittingRules: readonly SecurityGroupRule[];
  readonly groupsThatAdmitIt: readonly SecurityGroup[];
  /** The policies that let other projects use it. */
  readonly policies: readonly RbacPolicy[];
}

/** Reads whether ports are in the group, and what goes or changes with it: policies, and other groups' rules for it. */
export async function readDeleteWorld(reader: Reader, { id }: SecurityGroup): Promise<GroupDeleteWorld> {
  const own: Predicate = { kind: 'in', column: 'security_group_id', values: [id] };
  const namesNone: Predicate = { kind: 'in', column: 'remote_group_id', values: [null] };
  const namesIt: Predicate = { kind: 'in', column: 'remote_group_id', values: [id] };
  const select = (...of: readonly Predicate[]) => reader.list(securityGroupRuleTable, { where: { kind: 'all', of } });
  const ownRules = await select(own, { kind: 'not', of: namesNone });
  const admittingRules = await select(namesIt, { kind: 'not', of: own });
  const others = new Set(admittingRules.map(({ securityGroupId }) => securityGroupId));
  return {
    isUsed: await isUsed(reader, id),
    ownRemoteIds: ownRules.flatMap(({ remoteGroupId }) => remoteGroupId ?? []),
    admittingRules,
    policies: await readPolicies(reader, id),
    groupsThatAdmitIt: await reader.list(securityGroupTable, {
      where: { kind: 'in', column: 'id', values: [...others] },
    }),
  };
}

async function isUsed(reader: Reader, id: SecurityGroupId): Promise<boolean> {
  return (await reader.listIds(portTable, { where: inSecurityGroup(id), limit: 1 })).length > 0;
}
