import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/ip_substring_port_filtering.py */
export const ipSubstringFiltering: Extension = {
  alias: 'ip-substring-filtering',
  name: 'IP address substring filtering',
  description: 'Provides IP address substring filtering when listing ports',
  updated: '2017-11-28T09:00:00-00:00',
};
