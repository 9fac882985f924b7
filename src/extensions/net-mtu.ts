import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/network_mtu.py */
export const netMtu: Extension = {
  alias: 'net-mtu',
  name: 'Network MTU',
  description: 'Provides MTU attribute for a network resource.',
  updated: '2015-03-25T10:00:00-00:00',
};
