import { adminStateUpAttribute, type Definition, identityAttributes, nameAttribute } from '../../kit/index.ts';
import type { Route } from '../route.ts';
import type { Router } from './router.ts';

/** A request about a router, as rules take it. */
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
    nameAttribute,
    adminStateUpAttribute,
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
