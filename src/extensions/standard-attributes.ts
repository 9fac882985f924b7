import type { AnyAttribute, ReadOnlyAttribute, Standard, WritableAttribute } from '../kit/index.ts';
import type { Addition } from './extension.ts';

type OfEverything =
  | ReadOnlyAttribute<Standard>
  | WritableAttribute<Standard, { readonly description: string }, 'description'>;

/** Adds attributes to every resource that has the standard ones, as its table's columns tell. */
export function onEveryResource(...attributes: readonly OfEverything[]): Addition {
  return {
    isFor: ({ table }) => 'tags' in table.columns,
    attributes: attributes as unknown as readonly AnyAttribute[],
  };
}
