import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/security_groups_shared_filtering.py */
export const securityGroupsSharedFiltering: Extension = {
  alias: 'security-groups-shared-filtering',
  name: 'Security group filtering on the shared field',
  description: 'Support filtering security groups on the shared field',
  updated: '2021-10-05T09:00:00-00:00',
};
