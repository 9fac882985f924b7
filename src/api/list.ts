import { Readable } from 'node:stream';
import type { Caller } from '../auth/index.ts';
import { err, type Milliseconds, ok, oneTurn, type Result, seconds, takeTurns, toMilliseconds } from '../base/index.ts';
import type { Problem, Query, Reader, Stored } from '../kit/index.ts';
import type { ApiContext } from './context.ts';
import { inOrder, type ListRequest, toStoreQuery } from './query.ts';
import { missing } from './references.ts';
import { findVisible, visibility } from './scoped-reader.ts';
import type { Served } from './served.ts';
import { viewOf } from './view.ts';

/** Longer lists are streamed in pages of this many: small enough that their text is young garbage, and soon gone. */
function pageSizeOf({ listPage = 100 }: Served['resource']): number {
  return listPage;
}

/** Where a list was asked for, for the links to its neighbours. */
export interface ListLocation {
  /** `http://host/v2.0/networks` */
  readonly url: string;
  readonly query: URLSearchParams;
}

/** The body of a list: text when it is short, else a stream. */
export async function listMembers(
  context: ApiContext,
  served: Served,
  request: ListRequest,
  caller: Caller,
  location: ListLocation,
): Promise<Result<string | Readable, Problem>> {
  const { resource } = served;
  const reader = context.store.reader;
  const marker = request.marker === undefined ? undefined : await findVisible(reader, resource, request.marker, caller);
  if (request.marker !== undefined && !marker) return err(missing(resource, request.marker));
  const query = toStoreQuery(served, request, visibility(resource, caller), marker);
  const isShort = request.limit !== undefined && request.limit <= pageSizeOf(resource);
  if (!isShort) {
    const ordered = request.isReversed ? await readInOrder(reader, served, request, query) : query;
    return ok(await openStream(streamBody(context, served, ordered, request, caller, location), context));
  }
  const found = await reader.list(resource.table, query);
  const page = request.isReversed ? found.toReversed() : found;
  const items = await showAll(context, served, page, request, caller);
  const { collection } = resource.definition;
  const ends = { first: page[0]?.id, last: page.at(-1)?.id, count: page.length };
  return ok(`{"${collection}": ${items}${linksText(collection, ends, request, location)}}`);
}

async function readInOrder(reader: Reader, served: Served, request: ListRequest, reversed: Query): Promise<Query> {
  const { table } = served.resource;
  const last = reversed.limit === undefined ? undefined : (await reader.listIds(table, reversed)).at(-1);
  return inOrder(served, request, reversed, last === undefined ? undefined : await reader.find(table, last));
}

/** Waits for the store's first page before it answers: a store that is too busy, or away, must become a 503. */
async function openStream(body: AsyncGenerator<string, void>, { settings }: ApiContext): Promise<Readable> {
  const { value: first = '' } = await body.next();
  return streamOf(first, body, toMilliseconds(seconds(settings.listPauseSeconds)));
}

/** Breaks the body off, and frees the store's view of one moment, when the client read no part of it for `patience`. */
function streamOf(first: string, body: AsyncGenerator<string, void>, patience: Milliseconds): Readable {
  let timer: NodeJS.Timeout | undefined;
  const stream = new Readable({
    objectMode: true,
    highWaterMark: 1,
    read() {
      clearTimeout(timer);
      body.next().then(({ done, value }) => (done ? stream.push(null) : give(value)), fail);
    },
    destroy(error, done) {
      clearTimeout(timer);
      body.return().then(
        () => done(error),
        (failure: Error) => done(failure),
      );
    },
  });
  const fail = (error: Error) => stream.destroy(error);
  const give = (part: string) => {
    if (stream.destroyed) return;
    timer = setTimeout(() => fail(new Error('a client stopped reading a list')), patience);
    timer.unref();
    stream.push(part);
  };
  give(first);
  return stream;
}

/** Pages come out of the store, and leave, one after the other: neither side holds the whole. */
async function* streamBody(
  context: ApiContext,
  served: Served,
  query: Query,
  request: ListRequest,
  caller: Caller,
  location: ListLocation,
): AsyncGenerator<string, void> {
  const { collection } = served.resource.definition;
  const opening = `{"${collection}": [`;
  const ends: { first: string | undefined; last: string | undefined; count: number } = {
    first: undefined,
    last: undefined,
    count: 0,
  };
  // A client that reads as fast as this writes would have the event loop for itself.
  const turn = takeTurns(oneTurn);
  for await (const page of context.store.reader.pages(served.resource.table, query, pageSizeOf(served.resource))) {
    const items = await showAll(context, served, page, request, caller);
    await turn();
    yield `${ends.count > 0 ? ', ' : opening}${items.slice(1, -1)}`;
    ends.first ??= page[0]?.id;
    ends.last = page.at(-1)?.id ?? ends.last;
    ends.count += page.length;
  }
  yield `${ends.count > 0 ? '' : opening}]${linksText(collection, ends, request, location)}}`;
}

async function showAll(
  context: ApiContext,
  served: Served,
  page: readonly Stored[],
  { fields }: ListRequest,
  caller: Caller,
): Promise<string> {
  const view = await viewOf(context, served, page, context.store.reader, caller);
  return JSON.stringify(page.map((entity) => served.show(entity, view, caller, fields)));
}

interface Link {
  readonly rel: 'next' | 'previous';
  readonly href: string;
}

/** The ids at both ends of a page, for the links to its neighbours. */
interface ListEnds {
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly count: number;
}

/** Only a client that asks for a page gets links to its neighbours. */
function linksText(collection: string, ends: ListEnds, request: ListRequest, location: ListLocation): string {
  if (request.limit === undefined) return '';
  return `, "${collection}_links": ${JSON.stringify(pageLinks(ends, request.limit, request, location))}`;
}

/** neutron api/api_common.py `get_pagination_links`: from an empty page, a link leads to that end of the list. */
function pageLinks(
  { first, last, count }: ListEnds,
  limit: number,
  { isReversed }: ListRequest,
  { url, query }: ListLocation,
): readonly Link[] {
  const isFull = count >= limit;
  const href = (marker: string | undefined, reversed: boolean) => {
    const params = new URLSearchParams(query);
    params.delete('marker');
    if (marker !== undefined) params.set('marker', marker);
    params.delete('page_reverse');
    if (reversed) params.set('page_reverse', 'True');
    return `${url}?${params}`;
  };
  const links: Link[] = [];
  if (isFull || isReversed) links.push({ rel: 'next', href: href(last, false) });
  if (isFull || !isReversed) links.push({ rel: 'previous', href: href(first, true) });
  return links;
}
