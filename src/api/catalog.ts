import { extensions } from '../extensions/index.ts';
import type { Stored } from '../kit/index.ts';
import {
  type Attribute,
  agentResource,
  networkResource,
  portResource,
  type Resource,
  routerResource,
  subnetResource,
} from '../resources/index.ts';
import { type Served, serve } from './served.ts';

/** Work that is done for each resource of the catalogue, of any kind. */
export type Visit = <E extends Stored>(served: Served<E>) => void;

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

function added<E extends Stored, Input>(
  _resource: Resource<E, Input>,
  select: (attributes: Added) => readonly Attribute<E, Input>[] | undefined,
): readonly Attribute<E, Input>[] {
  return extensions.flatMap(({ attributes }) => (attributes && select(attributes)) ?? []);
}
