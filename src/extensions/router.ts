import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/l3.py */
export const router: Extension = {
  alias: 'router',
  name: 'Neutron L3 Router',
  description: 'Router abstraction for basic L3 forwarding between L2 Neutron networks.',
  updated: '2012-07-20T10:00:00-00:00',
};
