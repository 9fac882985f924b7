import { extensions } from '../extensions/index.ts';
import type { AnyResource, ExtensionInfo } from '../kit/index.ts';
import { fixedCollections, resources } from '../resources/index.ts';
import { type Served, serve } from './served.ts';

/** Everything that the API serves. */
export interface Catalog {
  /** Those of several parts, then those that are one resource. */
  readonly extensions: readonly ExtensionInfo[];
  /** In the order of the list of resources. */
  readonly served: readonly Served[];
}

/**
 * Compiles each resource of the list, and the attributes that extensions add to it, into what the API serves. `change`
 * makes another resource of one, for those who try what is not served.
 */
export function createCatalog(change = (resource: AnyResource) => resource): Catalog {
  const single = [...resources, ...fixedCollections].flatMap((each) => each.extensions ?? []);
  return {
    extensions: [...extensions, ...single],
    served: resources.map((resource) => serve(change(resource), addedTo(resource))),
  };
}

function addedTo(resource: AnyResource) {
  const additions = extensions.flatMap(({ adds = [] }) => adds);
  return additions.filter((addition) => addition.isFor(resource)).flatMap(({ attributes }) => attributes);
}
