import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/security_groups_normalized_cidr.py */
export const securityGroupsNormalizedCidr: Extension = {
  alias: 'security-groups-normalized-cidr',
  name: 'Normalized CIDR field for security group rules',
  description: 'Add new field with normalized remote_ip_prefix cidr in SG rule',
  updated: '2020-07-28T10:00:00-00:00',
};
