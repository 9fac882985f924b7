import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/sorting.py */
export const sorting: Extension = {
  alias: 'sorting',
  name: 'Sorting support',
  description: 'Extension that indicates that sorting is enabled.',
  updated: '2016-06-12T00:00:00-00:00',
};
