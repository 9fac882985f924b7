import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/security_groups_remote_address_group.py */
export const securityGroupsRemoteAddressGroup: Extension = {
  alias: 'security-groups-remote-address-group',
  name: 'Remote address group id field for security group rules',
  description: 'Add new field of remote address group id in SG rules',
  updated: '2020-08-25T10:00:00-00:00',
};
