import { attributeTypes } from '../kit/index.ts';
import type { Extension } from './extension.ts';
import { onEveryResource } from './standard-attributes.ts';

/** neutron-lib api/definitions/standard_attr_description.py */
export const standardAttrDescription: Extension = {
  alias: 'standard-attr-description',
  name: 'standard-attr-description',
  description: 'Extension to add descriptions to standard attributes',
  updated: '2016-02-10T10:00:00-00:00',
  adds: [
    onEveryResource({
      name: 'description',
      access: 'create-and-update',
      field: 'description',
      type: attributeTypes.text(255),
      default: { value: '' },
      column: 'description',
      read: ({ description }) => description,
    }),
  ],
};
