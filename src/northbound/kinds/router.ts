import { type Port, portTable, type Router, routerInterfaceOwner, routerTable } from '../../resources/index.ts';
import type { Kind } from '../kind.ts';
import type { Relation } from '../lookup.ts';

/** A router and the ports that are its interfaces. */
export interface RouterFacts {
  readonly router: Router;
  readonly interfaces: readonly Port[];
}

/** The interfaces of a router are looked at with it: the MTU of one network decides about the others. */
export const routerKind: Kind<RouterFacts> = {
  kind: 'router',
  table: routerTable,
  async read(lookup, ids) {
    const interfaces = await lookup.related(routerInterfaces, ids);
    const routers = await lookup.byId(routerTable, ids);
    return new Map([...routers].map(([id, router]) => [id, { router, interfaces: interfaces.get(id) ?? [] }]));
  },
  related: ({ interfaces }) => interfaces.map(({ id }) => ({ kind: 'port', id })),
};

/** The ports by which a router is on its networks. */
export const routerInterfaces: Relation<Port> = {
  table: portTable,
  where: (ids) => ({
    kind: 'all',
    of: [
      { kind: 'in', column: 'device_id', values: ids },
      { kind: 'in', column: 'device_owner', values: [routerInterfaceOwner] },
    ],
  }),
  idOf: ({ deviceId }) => deviceId,
};
