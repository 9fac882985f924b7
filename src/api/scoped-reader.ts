import type { Caller } from '../auth/index.ts';
import { isUuid } from '../base/index.ts';
import type { AnyResource, Predicate, Query, Reader, ScopedReader, Stored, Table } from '../kit/index.ts';
import type { Catalog } from './catalog.ts';

type Shown = Pick<AnyResource, 'table' | 'definition' | 'visibleTo' | 'absent'>;

/** The condition that a caller's view of a resource adds; undefined for administrators. */
export function visibility(resource: Pick<AnyResource, 'visibleTo'>, caller: Caller): Predicate | undefined {
  return caller.isAdmin ? undefined : resource.visibleTo(caller.projectId);
}

/** One entity, if it exists for this caller. */
export async function findVisible(
  reader: Reader,
  resource: Shown,
  id: string,
  caller: Caller,
): Promise<Stored | undefined> {
  const { isId = isUuid } = resource.definition;
  if (!isId(id)) return undefined;
  return (await findRow(reader, resource, id, caller)) ?? resource.absent?.(id);
}

async function findRow(reader: Reader, resource: Shown, id: string, caller: Caller): Promise<Stored | undefined> {
  const visible = visibility(resource, caller);
  if (!visible) return reader.find(resource.table, id);
  const where: Predicate = { kind: 'all', of: [{ kind: 'in', column: 'id', values: [id] }, visible] };
  const [found] = await reader.list(resource.table, { where, limit: 1 });
  return found;
}

/**
 * A reader for which only that exists which the caller may see. Throws for a table that no resource shows: who may see its
 * rows is not known. It answers `find` from memory once it has read a thing: make one for each change.
 */
export function scopedReader(reader: Reader, { served }: Catalog, caller: Caller): ScopedReader {
  const found = new Map<string, Stored | undefined>();
  const shown = (table: Table) => {
    const of = served.find(({ resource }) => resource.table.name === table.name);
    if (!of) throw new Error(`no resource shows the rows of ${table.name}`);
    return of.resource;
  };
  const narrowed = (table: Table, query: Query): Query => {
    const visible = visibility(shown(table), caller);
    return visible ? { ...query, where: { kind: 'all', of: [query.where, visible] } } : query;
  };
  return {
    unscoped: reader,
    async find<E extends Stored>(table: Table<E>, id: string) {
      const key = `${table.name}/${id}`;
      if (!found.has(key)) found.set(key, await findVisible(reader, shown(table as Table), id, caller));
      return found.get(key) as E | undefined;
    },
    list: (table, query) => reader.list(table, narrowed(table as Table, query)),
    listIds: (table, query) => reader.listIds(table, narrowed(table as Table, query)),
    // A name is taken, by whomever.
    claimed: (scope, values) => reader.claimed(scope, values),
    holderOf: (scope, value) => reader.holderOf(scope, value),
    heldClaims: (claims) => reader.heldClaims(claims),
    claimedScopes: (scopes) => reader.claimedScopes(scopes),
    tally: (table, projectId) => reader.tally(table, projectId),
    countClaims: (scope) => reader.countClaims(scope),
    claimedBetween: (scope, first, last) => reader.claimedBetween(scope, first, last),
  };
}
