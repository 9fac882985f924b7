import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/stateful_security_group.py */
export const statefulSecurityGroup: Extension = {
  alias: 'stateful-security-group',
  name: 'Stateful security group',
  description: 'Indicates if the security group is stateful or not',
  updated: '2019-11-26T09:00:00-00:00',
};
