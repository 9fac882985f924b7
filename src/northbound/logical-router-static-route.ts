import { formatAddress, formatPrefix } from '../ip/index.ts';
import type { RouterId } from '../resources/index.ts';
import { findIdInName, logicalRouterName } from './names.ts';
import { type DesiredRow, labels, ownsExternalId, type Translation, uuidOf } from './translation.ts';
import type { World } from './world.ts';

/** ovn-nb(5) Logical_Router_Static_Route: one for each of a router's `routes`. */
export const logicalRouterStaticRoute: Translation<'Logical_Router_Static_Route'> = {
  table: 'Logical_Router_Static_Route',
  kind: 'router',
  parent: { table: 'Logical_Router', column: 'static_routes' },
  ownsKey: { external_ids: ownsExternalId },
  rows: (world, id) => rowsOf(world, id as RouterId),
  parentOf: ({ external_ids }) => findIdInName(external_ids['neutron:router_name']),
};

function rowsOf(world: World, id: RouterId): readonly DesiredRow<'Logical_Router_Static_Route'>[] {
  const router = world.routers.get(id);
  return (router?.routes ?? []).map(({ destination, nexthop }) => {
    const [ip_prefix, next] = [formatPrefix(destination), formatAddress(nexthop)];
    const revision = router?.revision ?? 0;
    return {
      uuid: uuidOf(`${id}/${ip_prefix}/${next}`),
      parentUuid: id,
      revision,
      columns: {
        ip_prefix,
        nexthop: next,
        external_ids: {
          ...labels({ kind: 'router', id }, revision),
          'neutron:router_name': logicalRouterName(id),
        },
      },
    };
  });
}
