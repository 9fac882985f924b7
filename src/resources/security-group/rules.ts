import { err, ok, type Result } from '../../base/index.ts';
import {
  type Decision,
  deleteRow,
  deleteRows,
  type Key,
  nextRevision,
  type Problem,
  type RuleContext,
  updateRow,
} from '../../kit/index.ts';
import { endPolicy } from '../rbac-policy/sharing.ts';
import { rulesOf } from '../security-group-rule/rule-key.ts';
import { securityGroupRuleTable } from '../security-group-rule/security-group-rule.ts';
import { newGroup } from './new-group.ts';
import { defaultGroupKept, defaultGroupNotRenamed, groupInUse } from './refusals.ts';
import { type SecurityGroup, type SecurityGroupInput, securityGroupTable } from './security-group.ts';
import type { GroupDeleteWorld, GroupUpdateWorld } from './world.ts';

type Outcome = Result<Decision<SecurityGroup>, Problem>;

/** A new group admits everything that its ports send, in both families, and nothing that they receive. */
export function decideCreate(input: SecurityGroupInput, context: RuleContext): Outcome {
  return ok(newGroup({ ...input, isDefault: false }, context));
}

/** Changes a group. The default one keeps its name, and statefulness can change only while no port is in the group. */
export function decideUpdate(
  group: SecurityGroup,
  input: Partial<SecurityGroupInput>,
  { isUsed }: GroupUpdateWorld,
  context: RuleContext,
): Outcome {
  if (group.isDefault && input.name !== undefined) return err(defaultGroupNotRenamed());
  const switches = input.stateful !== undefined && input.stateful !== group.stateful;
  if (switches && isUsed) return err(groupInUse({ id: group.id }));
  const entity = nextRevision({ ...group, ...input }, context.now);
  return ok({ entity, changes: [updateRow(securityGroupTable, entity)], dirty: [groupKey(group)] });
}

/** Rules of other groups that admit the ports of this one go with it (neutron models/securitygroup.py). */
export function decideDelete(group: SecurityGroup, world: GroupDeleteWorld, context: RuleContext): Outcome {
  if (world.isUsed) return err(groupInUse({ id: group.id }));
  if (group.isDefault && !context.caller.isAdmin) return err(defaultGroupKept());
  const changedGroups = world.groupsThatAdmitIt.map((other) => nextRevision(other, context.now));
  return ok({
    entity: group,
    changes: [
      deleteRows(securityGroupRuleTable, rulesOf(group.id)),
      ...world.admittingRules.map(({ id }) => deleteRow(securityGroupRuleTable, id)),
      ...changedGroups.map((other) => updateRow(securityGroupTable, other)),
      ...world.policies.map(endPolicy),
      deleteRow(securityGroupTable, group.id),
    ],
    dirty: [...[group, ...changedGroups].map(groupKey), ...addressKeys(group, world)],
  });
}

/** The addresses of a group are kept while a rule names it. */
function addressKeys({ id }: SecurityGroup, { ownRemoteIds }: GroupDeleteWorld): readonly Key[] {
  return [...new Set([id, ...ownRemoteIds])].map((each) => ({ kind: 'security-group-addresses', id: each }));
}

function groupKey({ id }: SecurityGroup): Key {
  return { kind: 'security-group', id };
}
