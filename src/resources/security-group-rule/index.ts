import type { Resource } from '../../kit/index.ts';
import { needsDefaultGroup } from '../security-group/default-group.ts';
import { securityGroupTable } from '../security-group/security-group.ts';
import { checkBulk, decideCreate, decideDelete } from './rules.ts';
import {
  type SecurityGroupRule,
  type SecurityGroupRuleInput,
  securityGroupRuleDefinition,
  securityGroupRuleTable,
} from './security-group-rule.ts';
import { readCreateWorld, readDeleteWorld } from './world.ts';

/** Serves `/v2.0/security-group-rules`. A rule belongs to its group, whose owner may change it. */
export const securityGroupRuleResource: Resource<SecurityGroupRule, SecurityGroupRuleInput> = {
  table: securityGroupRuleTable,
  definition: securityGroupRuleDefinition,
  policy: { get: 'reader', create: 'parent-owner', update: 'parent-owner', delete: 'parent-owner' },
  visibleTo: (projectId) => {
    const owned = { kind: 'in', column: 'project_id', values: [projectId] } as const;
    const ofOwnGroup = {
      kind: 'related',
      column: 'security_group_id',
      table: securityGroupTable,
      where: owned,
    } as const;
    return { kind: 'any', of: [owned, ofOwnGroup] };
  },
  prerequisite: needsDefaultGroup('list'),
  // Each rule changes its group, too.
  maxBulkItems: 100,
  checkBulk,
  create: async (input, reader, context) => decideCreate(input, await readCreateWorld(reader, input), context),
  remove: async (rule, reader, context) => decideDelete(rule, await readDeleteWorld(reader, rule), context),
};
