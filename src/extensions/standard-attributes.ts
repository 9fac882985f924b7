import type { AnyAttribute, ReadOnlyAttribute, Standard, WritableAttribute } from '../kit/index.ts';
import type { Addition } from './extension.ts';

type OfEverything =
  | ReadOnlyAttribute<Standard>
  | WritableAttribute<Standard, { readonly description: string }, 'description'>;

/**
 * Adds attributes to every resource that has the standard ones, as its table's columns tell. One that shows the rows of another
 * under an id of another name (`network_id`) has none of them.
 */
export function onEveryResource(...attributes: readonly OfEverything[]): Addition {
  return {
    isFor: ({ table, definition }) =>
      'tags' in table.columns && definition.attributes.some(({ name }) => name === 'id'),
    attributes: attributes as unknown as readonly AnyAttribute[],
  };
}
