import { err } from '../../base/index.ts';
import { type AttributeType, attributeTypes, type Definition, identityAttributes } from '../../kit/index.ts';
import { showShared } from '../rbac-policy/sharing.ts';
import { defaultGroupExists } from './refusals.ts';
import type { SecurityGroup } from './security-group.ts';

const { text } = attributeTypes;

/** A request about a security group, as rules take it. */
export interface SecurityGroupInput {
  readonly name: string;
  readonly description: string;
  readonly stateful: boolean;
}

/** Any but that of the group that each project has by itself. */
const groupName: AttributeType<string> = {
  ...text(255),
  parse(value) {
    const parsed = text(255).parse(value);
    return parsed.ok && parsed.value.toLowerCase() === 'default' ? err(defaultGroupExists()) : parsed;
  },
};

/** neutron extensions/securitygroup.py */
export const securityGroupDefinition: Definition<SecurityGroup, SecurityGroupInput> = {
  name: 'security_group',
  collection: 'security_groups',
  attributes: [
    ...identityAttributes<SecurityGroup>(),
    {
      name: 'name',
      access: 'create-and-update',
      field: 'name',
      type: groupName,
      default: { value: '' },
      column: 'name',
      read: ({ name }) => name,
    },
    {
      name: 'shared',
      access: 'read-only',
      schema: { type: 'boolean' },
      column: 'shared',
      read: (group, view) => showShared(group.shared, group, view),
    },
    {
      name: 'security_group_rules',
      access: 'read-only',
      schema: { type: 'array', items: { $ref: '#/components/schemas/security_group_rule' } },
      read: ({ id }, { related }) => related.get(id) ?? [],
    },
  ],
};
