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
  type Viewer,
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

/** Parses filters, sorting, fields and paging of a list. Unknown attributes, and orders by hidden ones, are a 400. */
export function parseListRequest(served: Served, query: QueryString, viewer: Viewer): Result<ListRequest, Problem> {
  const filters: Predicate[] = [];
  for (const [name, raw] of Object.entries(query)) {
    if (controls.has(name)) continue;
    const filter = parseFilter(served, name, valuesOf(raw), viewer);
    if (!filter.ok) return filter;
    filters.push(filter.value);
  }
  const sort = parseSort(served, namesIn(query.sort_key), namesIn(query.sort_dir), viewer);
  if (!sort.ok) return sort;
  const page = parsePage(query);
  if (!page.ok) return page;
  const fields = namesIn(query.fields);
  return ok({ ...(fields.length > 0 && { fields: new Set(fields) }), filters, sort: sort.value, ...page.value });
}

/** neutron api/api_common.py `get_limit_and_marker`: a marker means nothing without a limit. */
function parsePage(query: QueryString): Result<Pick<ListRequest, 'limit' | 'marker' | 'isReversed'>, Problem> {
  const asked = valuesOf(query.limit).at(-1) ?? '0';
  if (!/^\d{1,9}$/.test(asked)) {
    const reason = `Limit must be an integer 0 or greater and not '${asked}'`;
    return err(badRequest({ resource: 'limit', reason }));
  }
  const limit = Number(asked) === 0 ? undefined : Math.min(Number(asked), maxLimit);
  const marker = limit === undefined ? undefined : valuesOf(query.marker).at(-1);
  const isReversed = valuesOf(query.page_reverse).at(-1)?.toLowerCase() === 'true';
  return ok({ limit, marker: marker === '' ? undefined : marker, isReversed });
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

/**
 * Finds the rows of a reversed page in the order in which the client sees them. `farthest` is the last row that the reversed
 * query finds; undefined where it has no limit, or finds none.
 */
export function inOrder(served: Served, { sort }: ListRequest, reversed: Query, farthest: Stored | undefined): Query {
  if (!farthest) return { where: reversed.where, sort };
  const itself: Predicate = { kind: 'in', column: 'id', values: [farthest.id] };
  const from: Predicate = { kind: 'any', of: [itself, after(served.resource.table.toRow(farthest), sort)] };
  return { ...reversed, where: { kind: 'all', of: [reversed.where, from] }, sort };
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
  viewer: Viewer,
): Result<readonly SortKey[], Problem> {
  const sort: SortKey[] = [];
  for (const [index, key] of keys.entries()) {
    const { column, constant } = sortKeyNamed(served, key, viewer) ?? {};
    const direction = directions[index] ?? 'asc';
    if (direction !== 'asc' && direction !== 'desc')
      return err(invalidAttribute(`'${direction}' is not a valid sort direction`));
    if (constant !== undefined) continue;
    if (column === undefined) return err(invalidAttribute(`'${key}' is not a valid sort key`));
    // A key that is named a second time can't change the order.
    if (!sort.some((earlier) => earlier.column === column)) sort.push({ column, descending: direction === 'desc' });
  }
  return ok(sort.some(({ column }) => column === 'id') ? sort : [...sort, { column: 'id', descending: false }]);
}

/** By hidden attributes, too, as in Neutron: Nova's and Horizon's members look for provider networks. */
function parseFilter(
  served: Served,
  name: string,
  values: readonly string[],
  viewer: Viewer,
): Result<Predicate, Problem> {
  if (values.some((value) => value.includes('\0'))) return err(invalidAttribute(`'${name}' holds a NUL character`));
  const { filters = {} } = served.resource.definition;
  const special = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (special) return special(values, viewer);
  if (tagFilters.has(name) && served.byName.has('tags')) return ok(parseTagFilter(name, values));
  const attribute = served.byName.get(name);
  const { column, constant } = attribute ?? {};
  if (!attribute || (column === undefined && constant === undefined))
    return err(invalidAttribute(`'${name}' is not a valid filter of this resource`));
  const wanted = filterValues(attribute, values);
  if (!wanted.ok) return wanted;
  if (column !== undefined) return ok({ kind: 'in', column, values: wanted.value });
  return ok(wanted.value.includes(asStored(constant ?? null)) ? everything : nothing);
}

const everything: Predicate = { kind: 'all', of: [] };
const nothing: Predicate = { kind: 'any', of: [] };

function filterValues(attribute: AnyAttribute, values: readonly string[]): Result<readonly SqlValue[], Problem> {
  const wanted: SqlValue[] = [];
  for (const text of values) {
    const value = attribute.filterValue ? attribute.filterValue(text) : ok(text);
    if (!value.ok) return value;
    wanted.push(value.value);
  }
  return ok(wanted);
}

/** Booleans are integers in rows. */
function asStored(constant: string | boolean | null): SqlValue {
  return typeof constant === 'boolean' ? Number(constant) : constant;
}

/** `tags=a,b`: both; `tags-any`: one of them; `not-`: the opposite. Rows hold a JSON list of strings. */
function parseTagFilter(name: string, values: readonly string[]): Predicate {
  const tags = new Set(values.flatMap((value) => value.split(',')));
  const of = [...tags].map((tag): Predicate => ({ kind: 'contains', column: 'tags', text: JSON.stringify(tag) }));
  const matched: Predicate = { kind: name.endsWith('any') ? 'any' : 'all', of };
  return name.startsWith('not-') ? { kind: 'not', of: matched } : matched;
}

/** The attribute of that name, if the caller sees it: the order of things would tell its values. */
function sortKeyNamed(served: Served, name: string, { projectId }: Viewer): AnyAttribute | undefined {
  const attribute = served.byName.get(name);
  return attribute?.visibleTo === 'admin' && projectId !== undefined ? undefined : attribute;
}

function namesIn(raw: string | readonly string[] | undefined): readonly string[] {
  return valuesOf(raw).filter((name) => name !== '');
}

function valuesOf(raw: string | readonly string[] | undefined): readonly string[] {
  return raw === undefined ? [] : typeof raw === 'string' ? [raw] : raw;
}
