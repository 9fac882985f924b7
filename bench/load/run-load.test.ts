import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseEndpoint } from '../../src/client/index.ts';
import { runLoad } from './run-load.ts';

test('sends what it was told, by a process of its own, and times the answers', async (context) => {
  const seen: string[] = [];
  const target = await serve(context, (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['x-auth-token']}`);
    request.resume().on('end', () => response.writeHead(201).end('{}'));
  });
  const job = { method: 'POST', paths: ['/a', '/b'], body: { port: {} }, concurrency: 2, warmUp: 0 } as const;
  const result = await runLoad(target, { ...job, requests: 10 });
  assert.deepEqual(seen.sort(), [...Array(5).fill('POST /a secret'), ...Array(5).fill('POST /b secret')]);
  assert.equal(result.requests, 10);
  assert.ok(result.perSecond > 0 && result.p50Milliseconds <= result.p99Milliseconds);
});

test('takes no refusal for a figure', async (context) => {
  const target = await serve(context, (_request, response) => response.writeHead(409).end('{"NeutronError": {}}'));
  const job = { method: 'GET', paths: ['/a'], concurrency: 1, requests: 3 } as const;
  await assert.rejects(runLoad(target, job), /GET failed: .*409 .*NeutronError/);
});

async function serve(context: TestContext, listener: RequestListener) {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-load-'));
  const socket = join(folder, 'api.sock');
  const server = createServer(listener).listen(socket);
  context.after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  await once(server, 'listening');
  const endpoint = parseEndpoint(`unix:${socket}`);
  assert.ok(endpoint);
  return { endpoint, token: 'secret' };
}
