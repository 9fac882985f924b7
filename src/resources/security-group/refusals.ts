import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron extensions/securitygroup.py */

/** Given when a group is to be deleted, or to change its statefulness, while a port is in it. */
export const groupInUse = refusal<{ readonly id: string }>('security-group-in-use', {
  status: 409,
  type: 'SecurityGroupInUse',
  message: ({ id }) => `Security Group ${id} in use.`,
});

/** Given when a client names a group `default`: each project has exactly one, which it does not make itself. */
export const defaultGroupExists = refusal('default-security-group-exists', {
  status: 409,
  type: 'SecurityGroupDefaultAlreadyExists',
  message: () => 'Default security group already exists.',
});

/** Given when a project's default group is to be deleted by a caller who is no administrator. */
export const defaultGroupKept = refusal('default-security-group-kept', {
  status: 409,
  type: 'SecurityGroupCannotRemoveDefault',
  message: () => 'Insufficient rights for removing default security group.',
});

/** Given when a project's default group is to be renamed. */
export const defaultGroupNotRenamed = refusal('default-security-group-not-renamed', {
  status: 409,
  type: 'SecurityGroupCannotUpdateDefault',
  message: () => 'Updating default security group not allowed.',
});
