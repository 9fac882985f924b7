import type { Extension } from './extension.ts';
import { onEveryResource } from './standard-attributes.ts';

/** neutron extensions/tagging.py; tags are set at `/<id>/tags`. */
export const standardAttrTag: Extension = {
  alias: 'standard-attr-tag',
  name: 'Tag support for resources with standard attribute: port, subnet, network, router',
  description: 'Enables to set tag on resources with standard attribute.',
  updated: '2017-01-01T00:00:00-00:00',
  adds: [
    onEveryResource({
      name: 'tags',
      access: 'read-only',
      schema: { type: 'array', items: { type: 'string', maxLength: 255 } },
      read: ({ tags }) => tags,
    }),
  ],
};
