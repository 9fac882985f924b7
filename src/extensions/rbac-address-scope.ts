import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/rbac_address_scope.py */
export const rbacAddressScope: Extension = {
  alias: 'rbac-address-scope',
  name: 'Add address_scope type to RBAC',
  description: 'Add address_scope type to RBAC',
  updated: '2020-02-12T00:00:00-00:00',
};
