import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/network_mtu_writable.py */
export const netMtuWritable: Extension = {
  alias: 'net-mtu-writable',
  name: 'Network MTU (writable)',
  description: 'Provides a writable MTU attribute for a network resource.',
  updated: '2017-07-12T00:00:00-00:00',
};
