import type { Uuid } from '../base/index.ts';
import { byUuid, type Operation } from '../ovsdb/index.ts';
import type { Holder } from './translation.ts';

/** A reference from a holder to a row. */
export interface Reference {
  readonly holder: Holder;
  readonly uuid: Uuid;
}

/** References that are among the first, and not among the others. */
export function without<R extends Reference>(some: readonly R[], others: readonly Reference[]): readonly R[] {
  if (some.length === 0 || others.length === 0) return some;
  const known = new Set(others.map(referenceText));
  return some.filter((one) => !known.has(referenceText(one)));
}

/** Sets of references are changed element by element: other clients may have added rows of their own. */
export function mutateHolders(mutator: 'insert' | 'delete', references: readonly Reference[]): readonly Operation[] {
  const byHolder = Map.groupBy(references, ({ holder }) => holderText(holder));
  return [...byHolder.values()].flatMap((some) => {
    const holder = some[0]?.holder;
    if (!holder) return [];
    const uuids = some.map(({ uuid }) => uuid);
    const mutations = [[holder.column, mutator, uuids] as const];
    return [{ op: 'mutate', table: holder.table, where: byUuid(holder.uuid), mutations }];
  });
}

function referenceText({ holder, uuid }: Reference): string {
  return `${holderText(holder)}/${uuid}`;
}

function holderText({ table, column, uuid }: Holder): string {
  return `${table}/${column}/${uuid}`;
}
