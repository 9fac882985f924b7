import { extensions } from '../extensions/index.ts';
import type { Attribute, Entities, Resource, ResourceKind } from '../resources/index.ts';
import { agentResource, networkResource, portResource, routerResource, subnetResource } from '../resources/index.ts';
import { type Served, serve } from './served.ts';

/** Work that is done for each resource of the catalogue, of any kind. */
export type Visit = <K extends ResourceKind>(served: Served<K>) => void;

/** Everything that the API serves. */
export interface Catalog {
  readonly extensions: typeof extensions;
  /** In the order of the list below. */
  forEach(visit: Visit): void;
}

/** THE list of what is served. A new resource adds its folder to `resources` and a line here. */
export function createCatalog(): Catalog {
  const networks = serve(
    networkResource,
    added(networkResource, (each) => each.network),
  );
  const subnets = serve(
    subnetResource,
    added(subnetResource, (each) => each.subnet),
  );
  const ports = serve(
    portResource,
    added(portResource, (each) => each.port),
  );
  const routers = serve(
    routerResource,
    added(routerResource, (each) => each.router),
  );
  const agents = serve(agentResource, []);
  return {
    extensions,
    forEach(visit) {
      visit(networks);
      visit(subnets);
      visit(ports);
      visit(routers);
      visit(agents);
    },
  };
}

type Added = NonNullable<(typeof extensions)[number]['attributes']>;

function added<K extends ResourceKind, Input>(
  _resource: Resource<K, Input>,
  select: (attributes: Added) => readonly Attribute<Entities[K], Input>[] | undefined,
): readonly Attribute<Entities[K], Input>[] {
  return extensions.flatMap(({ attributes }) => (attributes && select(attributes)) ?? []);
}
