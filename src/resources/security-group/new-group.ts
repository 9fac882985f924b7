import { type Decision, firstRevision, insertRow, type RuleContext } from '../../kit/index.ts';
import type { SecurityGroupId, SecurityGroupRuleId } from '../ids.ts';
import { type SecurityGroupRule, securityGroupRuleTable } from '../security-group-rule/security-group-rule.ts';
import { type SecurityGroup, securityGroupTable } from './security-group.ts';

/** A group and its first rules: everything may leave, and in a default group its ports reach each other. */
export function newGroup(
  fields: Pick<SecurityGroup, 'name' | 'description' | 'stateful' | 'isDefault'>,
  context: RuleContext,
): Decision<SecurityGroup> {
  const group: SecurityGroup = {
    ...firstRevision(context.now),
    ...fields,
    id: context.newId() as SecurityGroupId,
    projectId: context.projectId,
    shared: false,
    tags: [],
  };
  const rules = [
    ...bothFamilies(group, { direction: 'egress', remoteGroupId: undefined }, context),
    ...(group.isDefault ? bothFamilies(group, { direction: 'ingress', remoteGroupId: group.id }, context) : []),
  ];
  return {
    entity: group,
    changes: [insertRow(securityGroupTable, group), ...rules.map((rule) => insertRow(securityGroupRuleTable, rule))],
    dirty: [{ kind: 'security-group', id: group.id }],
  };
}

/** The group of the ports of a project that ask for none; its name and description are Neutron's. */
export function newDefaultGroup(context: RuleContext): Decision<SecurityGroup> {
  return newGroup({ name: 'default', description: 'Default security group', stateful: true, isDefault: true }, context);
}

function bothFamilies(
  { id, projectId }: SecurityGroup,
  peers: Pick<SecurityGroupRule, 'direction' | 'remoteGroupId'>,
  context: RuleContext,
): readonly SecurityGroupRule[] {
  return (['IPv4', 'IPv6'] as const).map((ethertype) => ({
    ...firstRevision(context.now),
    ...peers,
    id: context.newId() as SecurityGroupRuleId,
    projectId,
    securityGroupId: id,
    description: '',
    tags: [],
    ethertype,
    protocol: undefined,
    portRangeMin: undefined,
    portRangeMax: undefined,
    remoteAddressGroupId: undefined,
    remoteIpPrefix: undefined,
  }));
}
