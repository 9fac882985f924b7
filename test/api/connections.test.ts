import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { apiTest, type Body, errorType, type TestApi } from './harness.ts';

function open(api: TestApi): Socket {
  return connect(Number(new URL(api.url).port), '127.0.0.1');
}

/** Sends bytes as they are, and reads until the API hangs up. */
async function exchange(
  api: TestApi,
  bytes: string,
): Promise<{ readonly status: number; readonly head: string; readonly type: unknown }> {
  const socket = open(api);
  socket.write(bytes);
  const answer = await text(socket);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const status = Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1]);
  return { status, head: head.toLowerCase(), type: (JSON.parse(body).NeutronError as Body).type };
}

const requestId = /x-openstack-request-id: req-[0-9a-f-]{36}/;

apiTest('refuses bytes that are no request in the form of every refusal', async (api) => {
  for (const [bytes, status, type] of [
    ['nonsense\r\n\r\n', 400, 'HTTPBadRequest'],
    [`GET /v2.0/networks?name=${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 414, 'HTTPRequestURITooLong'],
    [`GET / HTTP/1.1\r\nX-A: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HTTPRequestHeaderFieldsTooLarge'],
    ['GET /v2.0/networks/%ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400, 'HTTPBadRequest'],
    [
      `GET /v2.0/networks/${'x'.repeat(5_000)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      414,
      'HTTPRequestURITooLong',
    ],
  ] as const) {
    const answer = await exchange(api, bytes);
    assert.deepEqual([answer.status, answer.type], [status, type], bytes.slice(0, 40));
    assert.match(answer.head, requestId);
    assert.match(answer.head, /content-type: application\/json/);
  }
});

apiTest(
  'gives up on a request whose body comes too slowly, and answers',
  async (api) => {
    const head = 'POST /v2.0/networks HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n';
    const answer = await exchange(api, `${head}{"network":`);
    assert.deepEqual([answer.status, answer.type], [408, 'HTTPRequestTimeout']);
    assert.match(answer.head, requestId);
    assert.deepEqual((await api.call('GET', '/v2.0/networks')).json.networks, []);
  },
  { served: { connections: { requestSeconds: 1 } } },
);

apiTest('keeps a connection for the next request longer than proxies do, and says so', async (api) => {
  const { headers } = await api.call('GET', '/v2.0/networks');
  assert.equal(headers.get('keep-alive'), 'timeout=75');
});

apiTest('refuses OPTIONS, as other methods that a path does not have', async (api) => {
  for (const path of ['/', '/v2.0/networks', '/v2.0/ports/some', '/v2.0/extensions']) {
    const answer = await api.call('OPTIONS', path);
    assert.deepEqual([answer.status, errorType(answer)], [405, 'HTTPMethodNotAllowed'], path);
  }
  assert.equal((await api.call('OPTIONS', '/v2.0/foos')).status, 404);
});

const forwarded = {
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'cloud.example',
  'x-forwarded-prefix': '/network/',
};

async function linksOf(api: TestApi, headers: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const versions = (await api.call('GET', '/', { headers })).json.versions as readonly { links: readonly Body[] }[];
  const list = (await api.call('GET', '/v2.0/networks?limit=1', { headers })).json.networks_links as readonly Body[];
  return [...(versions[0]?.links ?? []), ...list].map(({ href }) => String(href));
}

apiTest('makes links of what a client used, and believes no header about it', async (api) => {
  for (const link of await linksOf(api, forwarded)) assert.ok(link.startsWith(`${api.url}/v2.0`), link);
});

apiTest(
  'makes links of what a proxy says that its client used, where it is trusted',
  async (api) => {
    const links = await linksOf(api, forwarded);
    assert.equal(links.length, 2);
    for (const link of links) assert.ok(link.startsWith('https://cloud.example/network/v2.0'), link);
    const odd = { 'x-forwarded-proto': 'javascript', 'x-forwarded-host': 'a/b', 'x-forwarded-prefix': 'c d' };
    for (const link of await linksOf(api, odd)) assert.ok(link.startsWith(`${api.url}/v2.0`), link);
  },
  { served: { trustsProxy: true } },
);
