import type { Caller } from '../auth/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import {
  type AnyAttribute,
  badRequest,
  invalidAttribute,
  type Predicate,
  type Problem,
  type Query,
  type SortKey,
  type SqlValue,
  type Stored,
} from '../kit/index.ts';
import type { Served } from './served.ts';

/** A parsed query string. A name that is given several times holds a list. */
export type QueryString = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A list request, as its query string says it. */
export interface ListRequest {
  /** Absent: all. */
  readonly fields?: ReadonlySet<string>;
  readonly filters: readonly Predicate[];
  /** As the client sees the order; `id` breaks ties. */
  readonly sort: readonly SortKey[];
  readonly limit: number | undefined;
  /** Id of the last entity of the page before, or of the first of the page after when reversed. */
  readonly marker: string | undefined;
  readonly isReversed: boolean;
}

const controls = new Set(['fields', 'sort_key', 'sort_dir', 'limit', 'marker', 'page_reverse']);
/** As much as a client gets in one page: neutron.conf pagination_max_limit. Without a limit, lists are streamed whole. */
const maxLimit = 10_000;
const tagFilters = new Set(['tags', 'tags-any', 'not-tags', 'not-tags-any']);

/** Parses filters, sorting, fields and paging of a list. Unknown or hidden attributes are refused with a 400. */
export function parseListRequest(served: Served, query: QueryString, caller: Caller): Result<ListRequest, Problem> {
  const collection = served.resource.definition.collection;
  const filters: Predicate[] = [];
  for (const [name, raw] of Object.entries(query)) {
    if (controls.has(name)) continue;
    const filter = parseFilter(served, name, valuesOf(raw), caller);
    if (!filter.ok) return filter;
    filters.push(filter.value);
  }
  const sort = parseSort(served, valuesOf(query.sort_key), valuesOf(query.sort_dir), caller);
  if (!sort.ok) return sort;
  const limit = valuesOf(query.limit).at(-1);
  if (limit !== undefined && !/^\d{1,9}$/.test(limit))
    return err(badRequest({ resource: collection, reason: `Invalid limit '${limit}'` }));
  const fields = valuesOf(query.fields).filter((field) => field !== '');
  return ok({
    ...(fields.length > 0 && { fields: new Set(fields) }),
    filters,
    sort: sort.value,
    limit: limit === undefined || Number(limit) === 0 ? undefined : Math.min(Number(limit), maxLimit),
    marker: valuesOf(query.marker).at(-1),
    isReversed: valuesOf(query.page_reverse).at(-1)?.toLowerCase() === 'true',
  });
}

/** Makes the query for the store. `marker` is the entity that the page starts after, if the client named one. */
export function toStoreQuery(
  served: Served,
  request: ListRequest,
  visible: Predicate | undefined,
  marker: Stored | undefined,
): Query {
  const sort = request.sort.map(({ column, descending }) => ({
    column,
    descending: descending !== request.isReversed,
  }));
  const conditions = [...request.filters];
  if (visible) conditions.push(visible);
  if (marker) conditions.push(after(served.resource.table.toRow(marker), sort));
  return { where: { kind: 'all', of: conditions }, sort, ...(request.limit && { limit: request.limit }) };
}

/** The rows that come after this one in this order: lexicographic over the keys, of which `id` is the last. */
function after(row: Readonly<Record<string, SqlValue>>, sort: readonly SortKey[]): Predicate {
  const alternatives = sort.map(({ column, descending }, index): Predicate => {
    const equal = sort
      .slice(0, index)
      .map((key): Predicate => ({ kind: 'in', column: key.column, values: [row[key.column] ?? null] }));
    const beyond = { kind: 'compare', column, operator: descending ? '<' : '>', value: row[column] ?? null } as const;
    return { kind: 'all', of: [...equal, beyond] };
  });
  return { kind: 'any', of: alternatives };
}

function parseSort(
  served: Served,
  keys: readonly string[],
  directions: readonly string[],
  caller: Caller,
): Result<readonly SortKey[], Problem> {
  const sort: SortKey[] = [];
  for (const [index, key] of keys.entries()) {
    const column = columnOf(served.byName.get(key), caller);
    if (!column) return err(invalidAttribute(`'${key}' is not a valid sort key`));
    const direction = directions[index] ?? 'asc';
    if (direction !== 'asc' && direction !== 'desc')
      return err(invalidAttribute(`'${direction}' is not a valid sort direction`));
    // A key that is named a second time can't change the order.
    if (!sort.some((earlier) => earlier.column === column)) sort.push({ column, descending: direction === 'desc' });
  }
  return ok(sort.some(({ column }) => column === 'id') ? sort : [...sort, { column: 'id', descending: false }]);
}

function parseFilter(
  served: Served,
  name: string,
  values: readonly string[],
  caller: Caller,
): Result<Predicate, Problem> {
  if (values.some((value) => value.includes('\0'))) return err(invalidAttribute(`'${name}' holds a NUL character`));
  const { filters = {} } = served.resource.definition;
  const special = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (special) return special(values, caller.isAdmin ? undefined : caller.projectId);
  if (tagFilters.has(name) && served.byName.has('tags')) return ok(parseTagFilter(name, values));
  const attribute = served.byName.get(name);
  const column = columnOf(attribute, caller);
  if (!attribute || !column) return err(invalidAttribute(`'${name}' is not a valid filter of this resource`));
  const kind = served.resource.table.columns[column]?.kind;
  const canonical = (value: string) => attribute.canonical?.(value) ?? value;
  return ok({
    kind: 'in',
    column,
    values: values.map((value) => (kind === 'integer' ? toInteger(value) : canonical(value))),
  });
}

/** Booleans are integers in rows. A value that is no number matches no row. */
function toInteger(value: string): number {
  if (/^true$/i.test(value)) return 1;
  if (/^false$/i.test(value)) return 0;
  const number = Number(value);
  return Number.isSafeInteger(number) && value !== '' ? number : -1;
}

/** `tags=a,b`: both; `tags-any`: one of them; `not-`: the opposite. Rows hold a JSON list of strings. */
function parseTagFilter(name: string, values: readonly string[]): Predicate {
  const tags = new Set(values.flatMap((value) => value.split(',')));
  const of = [...tags].map((tag): Predicate => ({ kind: 'contains', column: 'tags', text: JSON.stringify(tag) }));
  const matched: Predicate = { kind: name.endsWith('any') ? 'any' : 'all', of };
  return name.startsWith('not-') ? { kind: 'not', of: matched } : matched;
}

function columnOf<_Stored>(attribute: AnyAttribute | undefined, caller: Caller): string | undefined {
  if (attribute?.visibleTo === 'admin' && !caller.isAdmin) return undefined;
  return attribute?.column;
}

function valuesOf(raw: string | readonly string[] | undefined): readonly string[] {
  return raw === undefined ? [] : typeof raw === 'string' ? [raw] : raw;
}
