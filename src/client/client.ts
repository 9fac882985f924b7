import { type Milliseconds, milliseconds, type Result } from '../base/index.ts';
import { type Collections, collectionDescriptions } from './api.gen.ts';
import {
  type Answer,
  type AnyCollection,
  type AnyRow,
  type CollectionDescription,
  type CollectionNames,
  createCollection,
  isPart,
  pathBelow,
  type Readable,
} from './collection.ts';
import { type Credentials, credentialHeaders } from './credentials.ts';
import { dispatcherFor, parseEndpoint } from './endpoint.ts';
import type { JsonValue } from './json.ts';
import { camel } from './names.ts';
import { ApiError, type ApiProblem } from './problem.ts';
import { createTransport, type Method, type Send } from './transport.ts';

/** The API's endpoint, who is calling, and the client's patience. */
export interface ClientOptions {
  /** `http://host:9696` or `unix:/path.sock`. */
  readonly endpoint: string;
  /** Default: none. */
  readonly credentials?: Credentials;
  /** Longest wait for an answer to begin, and between its parts. Default 30 s. */
  readonly timeout?: Milliseconds;
}

/** One caller of one Networking API. Every verb answers with a value or an `ApiProblem`, and never throws. */
export interface Client extends Collections {
  readonly endpoint: string;
  readonly extensions: Readable<ApiExtension>;
  /** A collection by its names in the API, for what has no type here: `collection({ one: 'trunk', many: 'trunks' })`. */
  collection<Row = AnyRow>(names: CollectionNames): AnyCollection<Row>;
  /** Any other request; the path starts with a slash. */
  request(method: Method, path: string, body?: object): Answer<JsonValue | undefined>;
  /** The same endpoint seen as another caller. Each client is closed on its own. */
  as(credentials: Credentials): Client;
  close(): Promise<void>;
}

/** An extension of the API, by whose alias it is shown. */
export interface ApiExtension {
  readonly alias: string;
  readonly name: string;
  readonly description: string;
  readonly updated: string;
}

/** Throws on an endpoint that is none; everything later is a value. */
export function createClient(options: ClientOptions): Client {
  const { credentials = { kind: 'none' }, timeout = milliseconds(30_000) } = options;
  const endpoint = parseEndpoint(options.endpoint);
  if (!endpoint) throw new Error(`not an endpoint (http://host:port or unix:/path): ${options.endpoint}`);
  const dispatcher = dispatcherFor(endpoint);
  const send = createTransport({ endpoint, dispatcher, headers: credentialHeaders(credentials), timeout });
  return {
    ...createCollections(send),
    endpoint: endpoint.text,
    extensions: createCollection<ApiExtension>(send, { one: 'extension', many: 'extensions' }),
    collection: <Row>(names: CollectionNames) => createCollection<Row>(send, names),
    request: send,
    as: (other) => createClient({ ...options, credentials: other }),
    close: () => dispatcher.close(),
  };
}

/** The types and the descriptions were made from one document, and so they agree. */
function createCollections(send: Send): Collections {
  const described = Object.entries<CollectionDescription>(collectionDescriptions);
  return Object.fromEntries(
    described.map(([property, description]) => [property, serveCollection(send, description)]),
  ) as unknown as Collections;
}

function serveCollection(send: Send, description: CollectionDescription): object {
  if (!isPart(description.path)) return withActions(send, description);
  return (parentId: string) => withActions(send, { ...description, path: pathBelow(description.path, parentId) });
}

function withActions(send: Send, description: CollectionDescription): object {
  const collection = createCollection(send, description);
  const methods = Object.keys(description.actions).map((action) => {
    const method = (id: string, body: object) => collection.act(action, id, body);
    return [camel(action), method] as const;
  });
  return { ...collection, ...Object.fromEntries(methods) };
}

/** The value of an answer. Throws `ApiError` where it was refused: for callers to whom that is a failure. */
export function unwrap<T>(answer: Result<T, ApiProblem>): T {
  if (answer.ok) return answer.value;
  throw new ApiError(answer.error);
}
