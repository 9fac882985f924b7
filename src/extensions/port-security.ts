import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/port_security.py; a port's own is one of its aspects */
export const portSecurity: Extension = {
  alias: 'port-security',
  name: 'Port Security',
  description: 'Provides port security',
  updated: '2012-07-23T10:00:00-00:00',
};
