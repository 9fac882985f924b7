import type { Key } from '../../kit/index.ts';
import {
  type SecurityGroup,
  type SecurityGroupRule,
  securityGroupRuleTable,
  securityGroupTable,
} from '../../resources/index.ts';
import type { Kind } from '../kind.ts';
import type { Relation } from '../lookup.ts';

/** A security group and its rules. */
export interface SecurityGroupFacts {
  readonly group: SecurityGroup;
  readonly rules: readonly SecurityGroupRule[];
}

/** The address sets that the rules name are looked at with the group: a match that names one must not come before it. */
export const securityGroupKind: Kind<SecurityGroupFacts> = {
  kind: 'security-group',
  table: securityGroupTable,
  async read(lookup, ids) {
    const groups = await lookup.byId(securityGroupTable, ids);
    const rules = await lookup.related(rulesOfGroup, groups.keys());
    return new Map([...groups].map(([id, group]) => [id, { group, rules: rules.get(id) ?? [] }]));
  },
  related: ({ rules }) => rules.flatMap(remotesOf),
};

const rulesOfGroup: Relation<SecurityGroupRule> = {
  table: securityGroupRuleTable,
  where: (ids) => ({ kind: 'in', column: 'security_group_id', values: ids }),
  idOf: ({ securityGroupId }) => securityGroupId,
};

function remotesOf({ remoteGroupId, remoteAddressGroupId }: SecurityGroupRule): readonly Key[] {
  return [
    ...(remoteGroupId ? [{ kind: 'security-group-addresses', id: remoteGroupId }] : []),
    ...(remoteAddressGroupId ? [{ kind: 'address-group', id: remoteAddressGroupId }] : []),
  ];
}
