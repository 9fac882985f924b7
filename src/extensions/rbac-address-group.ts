import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/rbac_address_groups.py */
export const rbacAddressGroup: Extension = {
  alias: 'rbac-address-group',
  name: 'Add address_group type to RBAC',
  description: 'Add address_group type to network RBAC',
  updated: '2021-01-20T00:00:00-00:00',
};
