import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/empty_string_filtering.py: `?name=` finds what has no name. */
export const emptyStringFiltering: Extension = {
  alias: 'empty-string-filtering',
  name: 'Empty String Filtering Extension',
  description: 'Allow filtering by attributes with empty string value',
  updated: '2018-05-01T10:00:00-00:00',
};
