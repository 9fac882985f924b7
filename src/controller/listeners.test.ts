import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import websocket from '@fastify/websocket';
import { fastify } from 'fastify';
import { Agent, fetch } from 'undici';
import { WebSocket } from 'ws';
import { makeCertificates } from '../ovsdb/testing/index.ts';
import { formatListenAddress } from './listen-address.ts';
import { type Listeners, listenAt } from './listeners.ts';

const any = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;
const app = fastify();
let directory: string;
let ca: string;
let listeners: Listeners;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'listeners-'));
  const files = await makeCertificates(directory);
  ca = await readFile(files.ca, 'utf8');
  const tls = { key: await readFile(files.privateKey, 'utf8'), cert: await readFile(files.certificate, 'utf8') };
  await app.register(websocket);
  app.get('/v2.0/networks', async () => ({ networks: [] }));
  app.get('/feed', { websocket: true }, (socket) => socket.send('welcome'));
  listeners = await listenAt(app, [{ address: any }, { address: any, only: '/feed', tls }]);
});

after(async () => {
  await listeners.close();
  await app.close();
  await rm(directory, { recursive: true });
});

function addressOf(index: number): string {
  const address = listeners.addresses[index];
  assert.ok(address);
  return formatListenAddress(address);
}

test('serves everything where nothing is held back', async () => {
  assert.deepEqual(await (await fetch(`http://${addressOf(0)}/v2.0/networks`)).json(), { networks: [] });
});

test('serves one path and no other at a listener of its own, by TLS', async () => {
  // The chain is verified; the name in the certificate is not, as the test's certificate names no host.
  const dispatcher = new Agent({ connect: { ca, checkServerIdentity: () => undefined } });
  const refused = await fetch(`https://${addressOf(1)}/v2.0/networks`, { dispatcher });
  assert.equal(refused.status, 404);
  const socket = new WebSocket(`wss://${addressOf(1)}/feed`, { rejectUnauthorized: false });
  const [greeting] = await once(socket, 'message');
  assert.equal(String(greeting), 'welcome');
  socket.close();
});

test('hangs up on a WebSocket at any other path', async () => {
  const socket = new WebSocket(`wss://${addressOf(1)}/v2.0/feed`, { rejectUnauthorized: false });
  const [error] = await once(socket, 'error');
  assert.match(String(error), /socket hang up|ECONNRESET/);
});
