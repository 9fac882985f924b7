import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createApi } from '../../src/api/index.ts';
import { type Authenticator, isLocalListener, noauth } from '../../src/auth/index.ts';
import { err } from '../../src/base/index.ts';
import { unauthenticated } from '../../src/kit/index.ts';
import { openStore } from '../../src/store/index.ts';

/** The routes that need no credentials. */
const open = ['/', '/healthcheck', '/metrics', '/openapi.json'];

interface Route {
  readonly method: string;
  readonly url: string;
}

async function withRoutes(
  auth: Authenticator,
  body: (routes: readonly Route[], ask: Ask, document: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-auth-'));
  const store = await openStore({ database: `sqlite:${join(folder, 'store.db')}` });
  const app = createApi({ store, auth });
  const ask: Ask = async ({ method, url }, headers = {}) => {
    const path = url.replaceAll(/:\w+/g, '11111111-1111-4111-8111-111111111111');
    const { statusCode } = await app.inject({ method: method as 'GET', url: path, headers, payload: '{}' });
    return statusCode;
  };
  try {
    await app.ready();
    const document = async () => (await app.inject('/openapi.json')).json<unknown>();
    await body(routesOf(app.printRoutes({ commonPrefix: false, includeHooks: false })), ask, document);
  } finally {
    await app.close();
    await store.close();
    await rm(folder, { recursive: true });
  }
}

type Ask = (route: Route, headers?: Record<string, string>) => Promise<number>;

/** Reads fastify's tree of routes: what it really serves, not a list that was kept beside it. */
function routesOf(tree: string): readonly Route[] {
  const path: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^([│ ]*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line);
    if (!match) return [];
    const [, indent = '', part = '', methods = ''] = match;
    path.splice(indent.length / 4, path.length, part);
    const url = path.join('') || '/';
    return methods === '' ? [] : methods.split(', ').map((method) => ({ method, url }));
  });
}

test('lets nobody in without credentials, on any route', async () => {
  const nobody: Authenticator = { authenticate: () => err(unauthenticated()) };
  await withRoutes(nobody, async (routes, ask) => {
    assert.ok(routes.length > 60, `only ${routes.length} routes were found`);
    for (const route of routes) {
      const status = await ask(route);
      const expected = open.includes(route.url) ? [200, 405] : [401, 405];
      assert.ok(expected.includes(status), `${route.method} ${route.url} answered ${status}`);
    }
  });
});

test('lets a caller without a role change nothing, on any route', async () => {
  const stranger = { 'x-project-id': 'blue', 'x-roles': 'nothing' };
  await withRoutes(noauth, async (routes, ask) => {
    for (const route of routes) {
      if (['GET', 'HEAD'].includes(route.method)) continue;
      const status = await ask(route, stranger);
      assert.ok([403, 405].includes(status), `${route.method} ${route.url} answered ${status}`);
    }
  });
});

test('describes every route of a resource in the OpenAPI document', async () => {
  await withRoutes(noauth, async (routes, ask, document) => {
    const { paths } = (await document()) as { paths: Record<string, Record<string, unknown>> };
    for (const route of routes) {
      const isServed = (await ask(route)) !== 405 && route.method !== 'HEAD';
      if (!isServed || !/^\/v2\.0\/(?!extensions)./.test(route.url)) continue;
      // Where one route calls `:policy_id` what another one calls `:id`, the tree has both names.
      const called = [0, 1].map((index) => withName(route.url, index));
      const isDescribed = called.some((path) => paths[path]?.[route.method.toLowerCase()]);
      assert.ok(isDescribed, `${route.method} ${route.url} is not described`);
    }
  });
});

/** A route as the document writes it, with the one of a parameter's names: `/v2.0/ports/{id}`. */
function withName(url: string, index: number): string {
  return url.replaceAll(/:\w+(?:\|:\w+)*/g, (names) => {
    const all = names.split('|').map((name) => name.slice(1));
    return `{${all[index] ?? all[0]}}`;
  });
}

test('refuses a route that does not say what it is for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-auth-'));
  const store = await openStore({ database: `sqlite:${join(folder, 'store.db')}` });
  const app = createApi({ store, auth: noauth });
  assert.throws(() => app.get('/forgotten', async () => 'all our secrets'), /names no rule/);
  await app.close();
  await store.close();
  await rm(folder, { recursive: true });
});

test('takes only this machine’s own sockets for local', () => {
  for (const local of ['127.0.0.1:9696', '127.9.9.9:1', '[::1]:9696', 'localhost:9696', 'unix:/run/sextant.sock'])
    assert.equal(isLocalListener(local), true, local);
  for (const other of [
    '0.0.0.0:9696',
    '[::]:9696',
    '192.0.2.1:9696',
    '[2001:db8::1]:9696',
    'example.org:9696',
    ':9696',
  ])
    assert.equal(isLocalListener(other), false, other);
});
