import type { Router, RouterId } from '../../resources/index.ts';
import { routerKind } from '../kinds/router.ts';
import { logicalRouterName } from '../names.ts';
import { type DesiredRow, labels, madeFrom, oneOf, ownsExternalId, type Translation } from '../translation.ts';

/** ovn-nb(5) Logical_Router: one for each router. */
export const logicalRouter: Translation<'Logical_Router'> = {
  table: 'Logical_Router',
  ownsKey: {
    options: oneOf('always_learn_from_arp_request', 'dynamic_neigh_routers', 'requested-tnl-key'),
    external_ids: ownsExternalId,
  },
  sources: [madeFrom(routerKind, ({ router }) => [rowOf(router)])],
};

function rowOf({ id, name, revision, adminStateUp }: Router): DesiredRow<'Logical_Router'> {
  return {
    uuid: id,
    revision,
    columns: {
      name: logicalRouterName(id),
      enabled: adminStateUp,
      options: {
        // As ML2/OVN: the router learns neighbours that it asked for, not each that asks.
        always_learn_from_arp_request: 'false',
        dynamic_neigh_routers: 'true',
        'requested-tnl-key': String(tunnelKey(id)),
      },
      external_ids: {
        ...labels({ kind: 'router', id }, revision),
        'neutron:router_name': name,
      },
    },
  };
}

/** Networks ask for the keys up to 65535: their segmentation ids. */
const firstRouterKey = 65_536;
/** ovn-architecture(7) "Tunnel Encapsulations": the logical datapath identifier of Geneve has 24 bits. */
const routerKeys = 2 ** 24 - firstRouterKey;

/**
 * Keeps routers out of the networks' keys: a network that asks for a key which northd gave to a router would make it
 * renumber the router. Two routers that fall together cost a warning; northd then chooses for one of them.
 */
function tunnelKey(id: RouterId): number {
  return firstRouterKey + (Number.parseInt(id.slice(0, 8), 16) % routerKeys);
}
