import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/revisionifmatch.py */
export const revisionIfMatch: Extension = {
  alias: 'revision-if-match',
  name: 'If-Match constraints based on revision_number',
  description: 'Extension indicating that If-Match based on revision_number is supported.',
  updated: '2016-12-11T00:00:00-00:00',
};
