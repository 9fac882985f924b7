import { err, ok, type Result } from '../../base/index.ts';
import {
  type Decision,
  deleteRow,
  firstRevision,
  insertRow,
  type Key,
  nextRevision,
  notFound,
  type Problem,
  type ProjectId,
  type RuleContext,
  updateRow,
} from '../../kit/index.ts';
import type { SecurityGroupRuleId } from '../ids.ts';
import { securityGroupTable } from '../security-group/security-group.ts';
import { canonicalMatcher, checkMatcher } from './matching.ts';
import { duplicateRuleInPost, ruleExists, severalGroups, severalProjects, tooManyRules } from './refusals.ts';
import { ruleKey } from './rule-key.ts';
import { type SecurityGroupRule, type SecurityGroupRuleInput, securityGroupRuleTable } from './security-group-rule.ts';
import type { RuleCreateWorld, RuleDeleteWorld } from './world.ts';

type Outcome = Result<Decision<SecurityGroupRule>, Problem>;

/** Bounds what showing a group takes in memory. DEVIATION(ADR-0008): Neutron has a quota for the project instead. */
const maxRulesPerGroup = 10_000;

/** Adds a rule to a group that has no rule for the same packets yet. The group's revision grows with it. */
export function decideCreate(given: SecurityGroupRuleInput, world: RuleCreateWorld, context: RuleContext): Outcome {
  const { group, sameRuleId, ruleCount } = world;
  if (!group) return err(notFound({ resource: 'security_group', id: given.securityGroupId }));
  const input = canonicalMatcher(given);
  const contradiction = checkMatcher(input);
  if (contradiction) return err(contradiction);
  if (sameRuleId) return err(ruleExists({ ruleId: sameRuleId }));
  if (ruleCount >= maxRulesPerGroup) return err(tooManyRules());
  const rule: SecurityGroupRule = {
    ...firstRevision(context.now),
    ...input,
    id: context.newId() as SecurityGroupRuleId,
    projectId: context.projectId,
    tags: [],
  };
  // The group shows its rules, so it is another one from now on (neutron models/securitygroup.py revises_on_change).
  const changed = nextRevision(group, context.now);
  return ok({
    entity: rule,
    changes: [insertRow(securityGroupRuleTable, rule), updateRow(securityGroupTable, changed)],
    dirty: ruleKeys(rule),
  });
}

/** Removes a rule; the revision of its group grows with it. */
export function decideDelete(rule: SecurityGroupRule, { group }: RuleDeleteWorld, context: RuleContext): Outcome {
  return ok({
    entity: rule,
    changes: [
      deleteRow(securityGroupRuleTable, rule.id),
      ...(group ? [updateRow(securityGroupTable, nextRevision(group, context.now))] : []),
    ],
    dirty: ruleKeys(rule),
  });
}

/** The remote group's addresses are kept while a rule names it. */
function ruleKeys({ securityGroupId, remoteGroupId }: SecurityGroupRule): readonly Key[] {
  return [
    { kind: 'security-group', id: securityGroupId },
    ...(remoteGroupId ? [{ kind: 'security-group-addresses', id: remoteGroupId }] : []),
  ];
}

/** The rules of one request are about one group, belong to one project, and no two of them say the same. */
export function checkBulk(
  inputs: readonly SecurityGroupRuleInput[],
  owners: readonly ProjectId[],
): Problem | undefined {
  if (new Set(inputs.map(({ securityGroupId }) => securityGroupId)).size > 1) return severalGroups();
  if (new Set(owners).size > 1) return severalProjects();
  const keys = new Set(inputs.map((input) => ruleKey(canonicalMatcher(input))));
  return keys.size < inputs.length ? duplicateRuleInPost() : undefined;
}
