import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron db/rbac_db_models.py, extensions/rbac.py */

/** Given for any action but `access_as_shared`: `access_as_external` needs external networks. */
export const invalidAction = refusal<{ readonly action: string; readonly objectType: string }>('invalid-action', {
  status: 400,
  type: 'InvalidActionForType',
  message: ({ action, objectType }) =>
    `Invalid action '${action}' for object type '${objectType}'. Valid actions: access_as_shared`,
});

/** Given when another policy has the same object, action and target project. */
export const duplicatePolicy = refusal('duplicate-rbac-policy', {
  status: 409,
  type: 'DuplicateRbacPolicy',
  message: () => 'An RBAC policy already exists with those values.',
});

/** Given when a policy is to end or to change its target while the project it admits still uses the object. */
export const policyInUse = refusal<{ readonly objectId: string; readonly holder: string }>('rbac-policy-in-use', {
  status: 409,
  type: 'RbacPolicyInUse',
  message: ({ objectId, holder }) =>
    `RBAC policy on object ${objectId} cannot be removed because other objects depend on it.\nDetails: ${holder} uses it`,
});
