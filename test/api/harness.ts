import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ApiOptions, type Catalog, createApi } from '../../src/api/index.ts';
import { noauth } from '../../src/auth/index.ts';
import { newUuid, ok } from '../../src/base/index.ts';
import type { ResourceSettings } from '../../src/kit/index.ts';
import { decideHeartbeat, firstHopAgentType } from '../../src/resources/index.ts';
import { openStore, type Store, type StoreOptions } from '../../src/store/index.ts';

/** A parsed JSON object. */
export type Body = Record<string, unknown>;

/** The answer to one request. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Empty when there is no body. */
  readonly json: Record<string, unknown>;
}

/** The body and the headers of a request. */
export interface CallOptions {
  /** Text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A served API with a store of its own, and a client's view of it. */
export interface TestApi {
  readonly url: string;
  readonly store: Store;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Creates one thing in the collection of that path and returns it. Throws when the API refuses. */
  create(collection: string, body?: Body, headers?: Readonly<Record<string, string>>): Promise<Made>;
  close(): Promise<void>;
}

/** A resource as the API shows it. */
export type Made = Body & { readonly id: string };

/** A store's, besides; its database is by default a SQLite file of its own. */
export interface TestApiOptions extends Partial<StoreOptions> {
  readonly settings?: Partial<ResourceSettings>;
  readonly catalog?: Catalog;
  readonly served?: Pick<ApiOptions, 'connections' | 'trustsProxy'>;
}

/** Starts an API without authentication on a store of its own, with no OVN behind it. */
export async function startApi({ settings, catalog, served, ...storeOptions }: TestApiOptions = {}): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-api-'));
  const store = await openStore({ database: `sqlite:${join(folder, 'store.db')}`, ...storeOptions });
  const app = createApi({ store, auth: noauth, ...(settings && { settings }), ...(catalog && { catalog }), ...served });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const call: TestApi['call'] = async (method, path, { body, headers = {} } = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${url}${path}`, { method, headers, ...(text !== undefined && { body: text }) });
    const answer = await response.text();
    const json = answer === '' ? {} : (JSON.parse(answer) as Body);
    return { status: response.status, headers: response.headers, json };
  };
  return {
    url,
    store,
    call,
    async create(collection, body = {}, headers = {}) {
      const name = singular(collection);
      const { status, json } = await call('POST', `/v2.0/${collection}`, { body: { [name]: body }, headers });
      if (status !== 201) throw new Error(`POST ${collection} answered ${status}: ${JSON.stringify(json)}`);
      return json[name] as Made;
    },
    async close() {
      await app.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The key in bodies of what a path names: `rbac-policies` become `rbac_policy`. */
function singular(collection: string): string {
  return collection.replaceAll('-', '_').replace(/ies$/, 'y').replace(/s$/, '');
}

/** A test on an API of its own, empty. */
export function apiTest(sentence: string, body: (api: TestApi) => Promise<void>, options?: TestApiOptions): void {
  test(sentence, async () => {
    const api = await startApi(options);
    try {
      await body(api);
    } finally {
      await api.close();
    }
  });
}

/** The type of a refusal. */
export function errorType({ json }: Answer): unknown {
  return (json.NeutronError as Body | undefined)?.type;
}

/** The headers of a caller of that project. */
export function memberOf(project: string): Readonly<Record<string, string>> {
  return { 'x-project-id': project, 'x-roles': 'member' };
}

/** The hello of an agent on `host`, at the time `now`: it makes an agent, whose id is returned. */
export async function beatAgent(api: TestApi, host: string, now: string): Promise<string> {
  const described = { agentType: firstHopAgentType, binary: 'sextant-agent', topic: 'first-hop', configurations: {} };
  const { entity, changes, dirty } = decideHeartbeat(
    undefined,
    { ...described, host, isStart: true },
    { now, newId: newUuid },
  );
  await api.store.write(async (unit) => ok(await unit.apply(changes, dirty)));
  return entity.id;
}
