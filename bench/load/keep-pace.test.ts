import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { waitFor } from '../../src/base/index.ts';
import { parseEndpoint } from '../../src/client/index.ts';
import { keepPace } from './keep-pace.ts';

test('goes on asking while nothing is answered, and tells of each answer', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-pace-'));
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => waiting.push(response)).listen(join(folder, 'api.sock'));
  context.after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  await once(server, 'listening');
  const endpoint = parseEndpoint(`unix:${join(folder, 'api.sock')}`);
  assert.ok(endpoint);
  const pace = await keepPace({ endpoint, paths: ['/v2.0/ports/1'], perSecond: 200 });
  await waitFor('many unanswered requests', () => waiting.length >= 20);
  const stopped = pace.stop();
  const answering = setInterval(() => {
    for (const response of waiting.splice(0)) response.writeHead(503).end('busy');
  }, 5);
  const { requests, failures, p99Milliseconds, longestMilliseconds } = await stopped;
  clearInterval(answering);
  assert.ok(requests >= 20);
  assert.deepEqual(failures, { '503 busy': requests });
  assert.ok(longestMilliseconds >= p99Milliseconds);
});
