import {
  changeable,
  changeableLater,
  type Definition,
  declare,
  type EntityOf,
  fieldTypes,
  type InputOf,
  readOnly,
} from '../../kit/index.ts';
import type { RouterId } from '../ids.ts';
import { keptRoutes, routeList } from '../route.ts';
import { type GatewayRequest, gatewayRequest } from './external-gateway.ts';

const { boolean, text, word } = fieldTypes;

const fields = {
  name: changeable(text(255), { default: '' }),
  adminStateUp: changeable(boolean, { default: true }),
  status: readOnly(word('ACTIVE', 'DOWN', 'ERROR')),
  /** Besides those to the networks of its interfaces (neutron-lib api/definitions/extraroute.py). */
  routes: changeableLater(keptRoutes, { given: routeList, default: [], isUnfiltered: true }),
};

/** A layer-3 hop between networks: one OVN logical router. Its interfaces are ports (neutron-lib api/definitions/l3.py). */
export type Router = EntityOf<typeof fields, RouterId>;

/** A request about a router, as rules take it. */
export type RouterInput = InputOf<typeof fields> & { readonly externalGateway?: GatewayRequest | undefined };

const declared = declare<typeof fields, RouterId>({ name: 'router', collection: 'routers', isCounted: true }, fields);

/** How routers are stored; their interfaces are ports, in the ports' table. */
export const routerTable = declared.table;

/** How routers look in the API. `external_gateway_info` is always null: there are no external networks yet. */
export const routerDefinition: Definition<Router, RouterInput> = {
  ...declared.definition,
  attributes: [
    ...declared.definition.attributes,
    {
      name: 'external_gateway_info',
      access: 'create-and-update',
      field: 'externalGateway',
      type: gatewayRequest,
      default: { value: undefined },
      read: () => null,
    },
  ],
};
