import {
  changeable,
  type Definition,
  declare,
  type EntityOf,
  fieldTypes,
  type InputOf,
  readOnly,
  type Table,
} from '../../kit/index.ts';
import type { SecurityGroupId } from '../ids.ts';
import { sharedToCaller } from '../rbac-policy/sharing.ts';
import { defaultGroupExists } from './refusals.ts';

const { boolean, text, where } = fieldTypes;

/** Any but that of the group that each project has by itself. */
const groupName = where(text(255), (name) => (name.toLowerCase() === 'default' ? defaultGroupExists() : undefined));

const fields = {
  name: changeable(groupName, { default: '' }),
  /** Whether replies to an admitted packet pass, too (neutron-lib api/definitions/stateful_security_group.py). */
  stateful: changeable(boolean, { default: true }),
  /** Whether a policy lets every project use it. */
  shared: readOnly(boolean, sharedToCaller),
  /** The one that ports of its project get whose request names no groups. Made on the project's first use. */
  isDefault: readOnly(boolean, { isHidden: true }),
};

/** A set of rules about the packets of its ports (neutron extensions/securitygroup.py). Its rules are entities of their own. */
export type SecurityGroup = EntityOf<typeof fields, SecurityGroupId>;

/** A request about a security group, as rules take it. */
export type SecurityGroupInput = InputOf<typeof fields>;

/** Scope of the claims on being a project's default group; the value is the project's id. */
export const defaultGroupScope = 'default-security-group';

const declared = declare<typeof fields, SecurityGroupId>(
  { name: 'security_group', collection: 'security_groups', isCounted: true },
  fields,
);

/** How groups are stored. A default group claims its project, so that a project has one only. */
export const securityGroupTable: Table<SecurityGroup> = {
  ...declared.table,
  claims: ({ isDefault, projectId }) => (isDefault ? [{ scope: defaultGroupScope, value: projectId }] : []),
};

/** How groups look in the API, their rules included. */
export const securityGroupDefinition: Definition<SecurityGroup, SecurityGroupInput> = {
  ...declared.definition,
  attributes: [
    ...declared.definition.attributes,
    {
      name: 'security_group_rules',
      access: 'read-only',
      schema: { type: 'array', items: { $ref: '#/components/schemas/security_group_rule' } },
      read: ({ id }, { related }) => related.get('security_group_rules')?.get(id) ?? [],
    },
  ],
};
