import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/extraroute.py */
export const extraroute: Extension = {
  alias: 'extraroute',
  name: 'Neutron Extra Route',
  description: 'Extra routes configuration for L3 router',
  updated: '2013-02-01T10:00:00-00:00',
};
