import { type Brand, err, isUuid, ok, type Uuid } from '../../base/index.ts';
import {
  changeable,
  declareOwned,
  type FieldType,
  fieldTypes,
  fixed,
  invalidAttribute,
  invalidInput,
  type OwnedInputOf,
  type OwnedOf,
  showValue,
  type Table,
} from '../../kit/index.ts';
import { duplicatePolicy } from './refusals.ts';

const { text, word } = fieldTypes;

/** The id of an RBAC policy. */
export type RbacPolicyId = Brand<Uuid, 'RbacPolicyId'>;

/** The target that stands for all projects. */
export const everyProject = '*';

/** The resources that a policy can share. */
export type ObjectType = 'network' | 'security_group' | 'address_group' | 'address_scope' | 'subnetpool' | 'qos_policy';

const objectTypes = [
  'network',
  'security_group',
  'address_group',
  'address_scope',
  'subnetpool',
  'qos_policy',
] as const;

/** In letters of either case, with spaces around (neutron extensions/rbac.py `convert_valid_object_type`). */
const objectType: FieldType<ObjectType> = {
  ...word<ObjectType>(...objectTypes),
  parse(value) {
    const wanted = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
    const found = objectTypes.find((type) => type === wanted);
    return found ? ok(found) : err(invalidInput(`'${showValue(value)}' is not a valid RBAC object type`));
  },
};

/** The id of a thing of the kind that `object_type` says. */
const objectId = {
  ...text(36),
  schema: { type: 'string', format: 'uuid', 'x-references-by': 'object_type' },
  parse: (value: unknown) =>
    typeof value === 'string' && isUuid(value)
      ? ok(value)
      : err(invalidAttribute(`'${showValue(value)}' is not a valid UUID`)),
};

/** neutron extensions/rbac.py */
const fields = {
  objectType: fixed(objectType),
  objectId: fixed(objectId),
  targetTenant: changeable(text(255), {
    writableBy: 'admin',
    restricts: (target) => target === everyProject,
  }),
  action: fixed(word('access_as_shared', 'access_as_external')),
};

/** Lets a project, or every project, use a thing that another project owns. */
export type RbacPolicy = OwnedOf<typeof fields, RbacPolicyId>;
/** The attributes a client may give when it makes or changes a policy, already parsed. */
export type RbacPolicyInput = OwnedInputOf<typeof fields>;

const declared = declareOwned<typeof fields, RbacPolicyId>(
  { name: 'rbac_policy', collection: 'rbac_policies', isCounted: true },
  fields,
);

/** How policies look in the API (neutron extensions/rbac.py). */
export const rbacPolicyDefinition = declared.definition;

/** How policies are stored. Each claims its object, action and target, so that no two say the same. */
export const rbacPolicyTable: Table<RbacPolicy> = {
  ...declared.table,
  // Of two policies that say the same, made at one moment, one is refused.
  claims: ({ objectId, targetTenant, action }) => [{ scope: `rbac:${objectId}`, value: `${action} ${targetTenant}` }],
  taken: ({ scope }) => (scope.startsWith('rbac:') ? duplicatePolicy() : undefined),
};
