import type { Reader } from '../../kit/index.ts';
import type { SecurityGroupRuleId } from '../ids.ts';
import { type SecurityGroup, securityGroupTable } from '../security-group/security-group.ts';
import { canonicalMatcher } from './matching.ts';
import { ruleKey, rulesScope } from './rule-key.ts';
import { type SecurityGroupRule, type SecurityGroupRuleInput, securityGroupRuleTable } from './security-group-rule.ts';

/** The facts that adding a rule to a group needs. */
export interface RuleCreateWorld {
  readonly group: SecurityGroup | undefined;
  /** A rule of the group that admits the same packets. */
  readonly sameRuleId: SecurityGroupRuleId | undefined;
  /** How many rules the group has. */
  readonly ruleCount: number;
}

/** Reads the rule's group if the caller sees it, the id of an equal rule, and how many rules the group has. */
export async function readCreateWorld(reader: Reader, input: SecurityGroupRuleInput): Promise<RuleCreateWorld> {
  const scope = rulesScope(input.securityGroupId);
  const values = [ruleKey(canonicalMatcher(input))];
  const [sameRuleId] = await reader.listIds(securityGroupRuleTable, { where: { kind: 'claims', scope, values } });
  return {
    group: await reader.find(securityGroupTable, input.securityGroupId),
    sameRuleId,
    ruleCount: await reader.countClaims(scope),
  };
}

/** The facts that taking a rule from its group needs. */
export interface RuleDeleteWorld {
  readonly group: SecurityGroup | undefined;
}

/** Reads the group that the rule belongs to, whose revision is to grow. */
export async function readDeleteWorld(reader: Reader, rule: SecurityGroupRule): Promise<RuleDeleteWorld> {
  return { group: await reader.find(securityGroupTable, rule.securityGroupId) };
}
