import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ApiError, createClient, describeProblem, parseEndpoint, unwrap } from './index.ts';

let directory = '';
let server: Server;
let socket = '';
const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'client-'));
  socket = join(directory, 'api.sock');
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    const answer = answers[`${request.method} ${request.url}`] ?? { status: 500, body: 'not JSON' };
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
});

after(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

const answers: Record<string, { status: number; body: object | string }> = {
  'GET /v2.0/networks?name=a&id=1&id=2': { status: 200, body: { networks: [{ id: 'n1' }] } },
  'POST /v2.0/ports': { status: 201, body: { port: { id: 'p1' } } },
  'DELETE /v2.0/ports/p1': { status: 204, body: '' },
  'PUT /v2.0/routers/r1/add_router_interface': { status: 200, body: { port_id: 'p2' } },
  'PUT /v2.0/address-groups/g1/add_addresses': { status: 200, body: { address_group: { id: 'g1' } } },
  'DELETE /v2.0/subnets/s1': {
    status: 409,
    body: { NeutronError: { type: 'SubnetInUse', message: 'Unable to complete', detail: '' } },
  },
  'GET /v2.0/floatingips': {
    status: 404,
    body: { code: '404 Not Found', title: 'Not Found', message: 'The resource could not be found.<br /><br />\n\n\n' },
  },
  'GET /v2.0/agents': { status: 200, body: { version: 'something else' } },
};

test('filters repeat their parameter, and rows come out of the envelope, over a unix socket', async () => {
  const client = createClient({ endpoint: `unix:${socket}` });
  const rows = unwrap(await client.networks.list({ name: 'a', id: ['1', '2'] }));
  assert.deepEqual(rows, [{ id: 'n1' }]);
  await client.close();
});

test('a project speaks in headers of its own, and the body carries the envelope', async () => {
  const client = createClient({ endpoint: `unix:${socket}` });
  const tenant = client.as({ kind: 'project', projectId: 'blue', roles: ['member', 'reader'] });
  assert.equal(unwrap(await tenant.ports.create({ network_id: 'n1' })).id, 'p1');
  const last = seen.at(-1);
  assert.equal(last?.headers['x-project-id'], 'blue');
  assert.equal(last?.headers['x-roles'], 'member,reader');
  assert.equal(last?.body, '{"port":{"network_id":"n1"}}');
  assert.deepEqual(await tenant.ports.delete('p1'), { ok: true, value: undefined });
  assert.equal(unwrap(await tenant.routers.addRouterInterface('r1', { subnet_id: 's1' })).port_id, 'p2');
  await Promise.all([client.close(), tenant.close()]);
});

test('an action that changes the row answers with it', async () => {
  const client = createClient({ endpoint: `unix:${socket}` });
  assert.deepEqual(unwrap(await client.addressGroups.addAddresses('g1', { addresses: ['2001:db8::1'] })), { id: 'g1' });
  assert.equal(seen.at(-1)?.body, '{"addresses":["2001:db8::1"]}');
  await client.close();
});

test('a refusal is a value with the status and the type that the API gave', async () => {
  const client = createClient({ endpoint: `unix:${socket}` });
  const refused = await client.subnets.delete('s1');
  assert.deepEqual(refused, {
    ok: false,
    error: {
      status: 409,
      type: 'SubnetInUse',
      message: 'Unable to complete',
      detail: '',
      request: 'DELETE /v2.0/subnets/s1',
    },
  });
  assert.throws(() => unwrap(refused), ApiError);
  const missing = await client.collection({ one: 'floatingip', many: 'floatingips' }).list();
  assert.equal(
    missing.ok || describeProblem(missing.error),
    'GET /v2.0/floatingips -> 404 Not Found: The resource could not be found.',
  );
  await client.close();
});

test('neither a stranger that answers in HTTP nor a dead endpoint throws', async () => {
  const client = createClient({ endpoint: `unix:${socket}` });
  const stranger = await client.agents.list();
  assert.equal(stranger.ok || stranger.error.type, 'UnexpectedAnswer');
  const broken = await client.request('GET', '/nothing');
  assert.equal(broken.ok || broken.error.message, 'not JSON');
  await client.close();
  const dead = createClient({ endpoint: `unix:${join(directory, 'none.sock')}` });
  const nobody = await dead.networks.list();
  assert.equal(nobody.ok || nobody.error.status, 0);
  await dead.close();
});

test('endpoints are http URLs, with or without the version, and unix sockets; nothing else is one', () => {
  assert.equal(parseEndpoint('http://[::1]:9696/v2.0/')?.baseUrl, 'http://[::1]:9696');
  assert.equal(parseEndpoint('https://cloud/networking')?.baseUrl, 'https://cloud/networking');
  assert.equal(parseEndpoint('unix:/run/x.sock')?.socketPath, '/run/x.sock');
  assert.deepEqual([parseEndpoint('localhost:9696'), parseEndpoint('unix:relative')], [undefined, undefined]);
});
