import type { Extension } from './extension.ts';
import { onEveryResource } from './standard-attributes.ts';

/** neutron-lib api/definitions/timestamp.py */
export const standardAttrTimestamp: Extension = {
  alias: 'standard-attr-timestamp',
  name: 'Resource timestamps',
  description: 'Adds created_at and updated_at fields to all Neutron resources that have Neutron standard attributes.',
  updated: '2016-09-12T10:00:00-00:00',
  adds: [
    onEveryResource(
      {
        name: 'created_at',
        access: 'read-only',
        schema: { type: 'string', format: 'date-time' },
        column: 'created_at',
        read: ({ createdAt }) => createdAt,
      },
      {
        name: 'updated_at',
        access: 'read-only',
        schema: { type: 'string', format: 'date-time' },
        column: 'updated_at',
        read: ({ updatedAt }) => updatedAt,
      },
    ),
  ],
};
