import type { Definition } from '../attribute.ts';
import { boolean, text } from '../attribute-types.ts';
import { identityAttributes } from '../identity.ts';
import type { Route } from '../route.ts';
import type { Router } from './router.ts';

/** What rules get to decide about a router. */
export interface RouterInput {
  readonly name: string;
  readonly description: string;
  readonly adminStateUp: boolean;
  readonly routes: readonly Route[];
}

/** neutron-lib api/definitions/l3.py */
export const routerDefinition: Definition<Router, RouterInput> = {
  name: 'router',
  collection: 'routers',
  attributes: [
    ...identityAttributes<Router>(),
    {
      name: 'name',
      access: 'create-and-update',
      field: 'name',
      type: text(255),
      default: { value: '' },
      column: 'name',
      read: ({ name }) => name,
    },
    {
      name: 'admin_state_up',
      access: 'create-and-update',
      field: 'adminStateUp',
      type: boolean,
      default: { value: true },
      column: 'admin_state_up',
      read: ({ adminStateUp }) => adminStateUp,
    },
    {
      name: 'status',
      access: 'read-only',
      schema: { enum: ['ACTIVE', 'DOWN', 'ERROR'] },
      column: 'status',
      read: ({ status }) => status,
    },
    { name: 'external_gateway_info', access: 'read-only', schema: { type: 'null' }, read: () => null },
  ],
};
