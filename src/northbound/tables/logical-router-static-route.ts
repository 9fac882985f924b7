import { formatAddress, formatPrefix } from '../../ip/index.ts';
import type { Router } from '../../resources/index.ts';
import { routerKind } from '../kinds/router.ts';
import { logicalRouterName, parentInName } from '../names.ts';
import { type DesiredRow, labels, madeFrom, ownsExternalId, type Translation, uuidOf } from '../translation.ts';

/** ovn-nb(5) Logical_Router_Static_Route: one for each of a router's `routes`. */
export const logicalRouterStaticRoute: Translation<'Logical_Router_Static_Route'> = {
  table: 'Logical_Router_Static_Route',
  ownsKey: { external_ids: ownsExternalId },
  sources: [madeFrom(routerKind, ({ router }) => rowsOf(router))],
  parentsOf: ({ external_ids }) => parentInName('Logical_Router', 'static_routes', external_ids['neutron:router_name']),
};

function rowsOf({ id, revision, routes }: Router): readonly DesiredRow<'Logical_Router_Static_Route'>[] {
  return routes.map((route) => {
    const [ip_prefix, nexthop] = [formatPrefix(route.destination), formatAddress(route.nexthop)];
    return {
      uuid: uuidOf(`${id}/${ip_prefix}/${nexthop}`),
      revision,
      columns: {
        ip_prefix,
        nexthop,
        external_ids: {
          ...labels({ kind: 'router', id }, revision),
          'neutron:router_name': logicalRouterName(id),
        },
      },
    };
  });
}
