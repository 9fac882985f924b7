import { err, ok, type Result } from '../../base/index.ts';
import { equalAddress, isLinkLocal, prefixContains } from '../../ip/index.ts';
import {
  type Decision,
  deleteRow,
  firstRevision,
  insertRow,
  inUse,
  type Key,
  nextRevision,
  type Problem,
  type RuleContext,
  updateRow,
} from '../../kit/index.ts';
import type { RouterId } from '../ids.ts';
import { type Route, routeText } from '../route.ts';
import { refuseGateway } from './external-gateway.ts';
import { invalidRoutes, tooManyRoutes } from './refusals.ts';
import { type Router, type RouterInput, routerTable } from './router.ts';
import type { GatewayWorld, RouterWorld } from './world.ts';

type Outcome = Result<Decision<Router>, Problem>;

/** A new router starts without interfaces and routes, and ACTIVE. */
export function decideCreate(input: RouterInput, world: GatewayWorld, context: RuleContext): Outcome {
  const refused = refuseGateway(input.externalGateway, world.gatewayNetwork);
  if (refused) return err(refused);
  const router: Router = {
    ...firstRevision(context.now),
    id: context.newId() as RouterId,
    projectId: context.projectId,
    name: input.name,
    description: input.description,
    tags: [],
    adminStateUp: input.adminStateUp,
    status: 'ACTIVE',
    routes: [],
  };
  return ok({
    entity: router,
    changes: [insertRow(routerTable, router)],
    dirty: [{ kind: 'router', id: router.id }],
  });
}

/** Changes a router. Next hops must be on its subnets; switching it on or off concerns the guests of its networks. */
export function decideUpdate(
  router: Router,
  { externalGateway, ...input }: Partial<RouterInput>,
  world: RouterWorld & GatewayWorld,
  context: RuleContext,
): Outcome {
  const { maxRoutes } = context.settings;
  if (input.routes && input.routes.length > maxRoutes)
    return err(tooManyRoutes({ routerId: router.id, maximum: maxRoutes }));
  const wrong =
    (input.routes && checkRoutes(input.routes, world)) ?? refuseGateway(externalGateway, world.gatewayNetwork);
  if (wrong) return err(wrong);
  const entity = nextRevision({ ...router, ...input }, context.now);
  const reachesGuests = entity.adminStateUp !== router.adminStateUp;
  return ok({
    entity,
    changes: [updateRow(routerTable, entity)],
    dirty: [{ kind: 'router', id: router.id }, ...(reachesGuests ? networkKeys(world) : [])],
  });
}

/** Deletes a router. It is refused (409) while the router has an interface. */
export function decideDelete(router: Router, world: RouterWorld): Outcome {
  if (world.ports.length > 0)
    return err(inUse({ resource: 'router', id: router.id, reason: `Router ${router.id} still has ports` }));
  return ok({
    entity: router,
    changes: [deleteRow(routerTable, router.id)],
    dirty: [{ kind: 'router', id: router.id }],
  });
}

/** The next hop must be a neighbour of the router, and not the router (neutron extraroute_db.py `_validate_routes`). */
function checkRoutes(routes: readonly Route[], world: RouterWorld): Problem | undefined {
  for (const route of routes) {
    const { destination, nexthop } = route;
    const invalid = (why: string): Problem => invalidRoutes({ reason: `${routeText(route)}, ${why}` });
    if (destination.address.family !== nexthop.family) return invalid('the families differ');
    if (isLinkLocal(nexthop) || !world.subnets.some(({ cidr }) => prefixContains(cidr, nexthop)))
      return invalid('the nexthop is not connected with router');
    const isOwn = world.ports.some(({ fixedIps }) =>
      fixedIps.some(({ ipAddress }) => equalAddress(ipAddress, nexthop)),
    );
    if (isOwn) return invalid('the nexthop is used by router');
  }
  return undefined;
}

/** The networks that hear its advertisements. */
function networkKeys({ ports }: RouterWorld): readonly Key[] {
  const networkIds = new Set(ports.map(({ networkId }) => networkId));
  return [...networkIds].map((id) => ({ kind: 'network', id }));
}
