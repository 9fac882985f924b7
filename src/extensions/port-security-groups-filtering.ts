import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/security_groups_port_filtering.py; the filter is the port's */
export const portSecurityGroupsFiltering: Extension = {
  alias: 'port-security-groups-filtering',
  name: 'Port filtering on security groups',
  description: 'Provides security groups filtering when listing ports',
  updated: '2018-01-09T09:00:00-00:00',
};
