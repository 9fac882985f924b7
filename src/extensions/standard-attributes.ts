import type { Standard } from '../kit/index.ts';
import type { ReadOnlyAttribute, WritableAttribute } from '../resources/index.ts';
import type { ExtensionAttributes } from './extension.ts';

type OfEverything =
  | ReadOnlyAttribute<Standard>
  | WritableAttribute<Standard, { readonly description: string }, 'description'>;

/** Adds attributes to every resource that has the standard ones. */
export function onEveryResource(...attributes: readonly OfEverything[]): ExtensionAttributes {
  return { network: attributes, subnet: attributes, port: attributes, router: attributes };
}
