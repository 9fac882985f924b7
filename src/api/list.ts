import { Readable } from 'node:stream';
import type { Caller } from '../auth/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import type { Entities, Problem, Query, ResourceKind } from '../resources/index.ts';
import { type ApiContext, findVisible, viewOf, visibility } from './context.ts';
import { type ListRequest, toStoreQuery } from './query.ts';
import type { Served } from './served.ts';

/** Whole lists are streamed in pages of this many. */
const pageSize = 500;

/** Where a list was asked for, for the links to its neighbours. */
export interface ListLocation {
  /** `http://host/v2.0/networks` */
  readonly url: string;
  readonly query: URLSearchParams;
}

/** The body of a list: text when the client limits it, else a stream. */
export async function listMembers<K extends ResourceKind>(
  context: ApiContext,
  served: Served<K>,
  request: ListRequest,
  caller: Caller,
  location: ListLocation,
): Promise<Result<string | Readable, Problem>> {
  const { resource } = served;
  const reader = context.store.reader;
  const marker = request.marker === undefined ? undefined : await findVisible(reader, resource, request.marker, caller);
  if (request.marker !== undefined && !marker)
    return err({ kind: 'not-found', resource: resource.definition.name, id: request.marker });
  const query = toStoreQuery(served, request, visibility(resource, caller), marker);
  if (request.limit === undefined) return ok(Readable.from(streamBody(context, served, query, request, caller)));
  const found = await reader.list(resource.kind, query);
  const page = request.isReversed ? found.toReversed() : found;
  const items = await showAll(context, served, page, request, caller);
  const links = pageLinks(page, request, location);
  const { collection } = resource.definition;
  return ok(`{"${collection}": ${items}, "${collection}_links": ${JSON.stringify(links)}}`);
}

/** Pages come out of the store, and leave, one after the other: neither side holds the whole. */
async function* streamBody<K extends ResourceKind>(
  context: ApiContext,
  served: Served<K>,
  query: Query,
  request: ListRequest,
  caller: Caller,
): AsyncIterable<string> {
  let separator = '';
  yield `{"${served.resource.definition.collection}": [`;
  for await (const page of context.store.reader.pages(served.resource.kind, query, pageSize)) {
    if (page.length === 0) continue;
    const items = await showAll(context, served, page, request, caller);
    yield `${separator}${items.slice(1, -1)}`;
    separator = ', ';
  }
  yield ']}';
}

async function showAll<K extends ResourceKind>(
  context: ApiContext,
  served: Served<K>,
  page: readonly Entities[K][],
  { fields }: ListRequest,
  caller: Caller,
): Promise<string> {
  const view = await viewOf(context, served, page, context.store.reader);
  return JSON.stringify(page.map((entity) => served.show(entity, view, caller, fields)));
}

interface Link {
  readonly rel: 'next' | 'previous';
  readonly href: string;
}

/** neutron api/api_common.py `get_pagination_links` */
function pageLinks(
  page: readonly { readonly id: string }[],
  { limit = 0, isReversed }: ListRequest,
  { url, query }: ListLocation,
): readonly Link[] {
  const first = page[0];
  const last = page.at(-1);
  if (!first || !last) return [];
  const isFull = page.length >= limit;
  const href = (marker: string, reversed: boolean) => {
    const params = new URLSearchParams(query);
    params.set('marker', marker);
    params.delete('page_reverse');
    if (reversed) params.set('page_reverse', 'True');
    return `${url}?${params}`;
  };
  const links: Link[] = [];
  if (isFull || isReversed) links.push({ rel: 'next', href: href(last.id, false) });
  if (isFull || !isReversed) links.push({ rel: 'previous', href: href(first.id, true) });
  return links;
}
