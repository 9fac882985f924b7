import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/rbac_security_groups.py */
export const rbacSecurityGroups: Extension = {
  alias: 'rbac-security-groups',
  name: 'Add security_group type to network RBAC',
  description: 'Add security_group type to network RBAC',
  updated: '2019-02-14T00:00:00-00:00',
};
