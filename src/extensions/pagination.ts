import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/pagination.py */
export const pagination: Extension = {
  alias: 'pagination',
  name: 'Pagination support',
  description: 'Extension that indicates that pagination is enabled.',
  updated: '2016-06-12T00:00:00-00:00',
};
