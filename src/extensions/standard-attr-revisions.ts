import { fieldTypes } from '../kit/index.ts';
import type { Extension } from './extension.ts';
import { onEveryResource } from './standard-attributes.ts';

/** neutron-lib api/definitions/revisions.py */
export const standardAttrRevisions: Extension = {
  alias: 'standard-attr-revisions',
  name: 'Resource revision numbers',
  description: 'This extension will display the revision number of neutron resources.',
  updated: '2016-04-11T10:00:00-00:00',
  adds: [
    onEveryResource({
      name: 'revision_number',
      access: 'read-only',
      schema: { type: 'integer', minimum: 0 },
      column: 'revision',
      filterValue: fieldTypes.integerFilter,
      read: ({ revision }) => revision,
    }),
  ],
};
