import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron extensions/securitygroup.py */

export const groupInUse = refusal<{ readonly id: string }>('security-group-in-use', {
  status: 409,
  type: 'SecurityGroupInUse',
  message: ({ id }) => `Security Group ${id} in use.`,
});

export const defaultGroupExists = refusal('default-security-group-exists', {
  status: 409,
  type: 'SecurityGroupDefaultAlreadyExists',
  message: () => 'Default security group already exists.',
});

export const defaultGroupKept = refusal('default-security-group-kept', {
  status: 409,
  type: 'SecurityGroupCannotRemoveDefault',
  message: () => 'Insufficient rights for removing default security group.',
});

export const defaultGroupNotRenamed = refusal('default-security-group-not-renamed', {
  status: 409,
  type: 'SecurityGroupCannotUpdateDefault',
  message: () => 'Updating default security group not allowed.',
});
