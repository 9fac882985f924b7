import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { newUuid, silentLog, systemClock, waitFor } from '../base/index.ts';
import { agentToken, type ControllerMessage, feedPath } from '../feed/index.ts';
import { splitIntent } from '../firsthop/index.ts';
import { aPortIntent } from '../firsthop/testing/intents.ts';
import { type FeedClient, openFeed } from './feed-client.ts';
import { feedServer } from './testing/feed-server.ts';

const secret = 'only for tests';
const aSocket = () => join(mkdtempSync(join(tmpdir(), 'feed-')), 'feed.sock');

function connect(controllers: readonly string[]) {
  const heard: ControllerMessage[] = [];
  let ups = 0;
  const feed: FeedClient = openFeed({
    ...{ controllers, host: 'h1', token: agentToken(secret, 'h1'), log: silentLog, clock: systemClock },
    onUp: () => ups++,
    onMessage: (message) => heard.push(message),
  });
  return { feed, heard, ups: () => ups };
}

test('speaks and hears over a unix socket, and comes back when the controller does', async () => {
  const path = aSocket();
  const server = feedServer(path, secret);
  await server.listen();
  const intent = aPortIntent({ portId: newUuid() });
  const { own, network } = splitIntent(intent);
  server.put(intent);
  const { feed, heard, ups } = connect([`unix:${path}`]);
  await waitFor('session', () => feed.isUp);
  feed.send({ kind: 'plugged', ports: [{ portId: intent.portId, interfaceName: 'tap1' }] });
  await waitFor('answer', () => heard.length === 3);
  assert.deepEqual(heard, [
    { kind: 'network', network },
    { kind: 'intent', intent: own },
    { kind: 'synced', revision: 1 },
  ]);
  await server.close();
  await waitFor('loss', () => !feed.isUp);
  feed.send({ kind: 'heartbeat' }); // says nothing, and harms nobody
  await server.listen();
  await waitFor('second session', () => ups() === 2);
  feed.close();
  await server.close();
});

test('goes to the next controller when one does not answer', async () => {
  const path = aSocket();
  const server = feedServer(path, secret);
  await server.listen();
  const { feed } = connect([`unix:${aSocket()}`, `unix:${path}`]);
  await waitFor('session', () => feed.isUp);
  feed.close();
  await server.close();
});

test('ends a session whose controller talks nonsense', async () => {
  const path = aSocket();
  const http = createServer();
  const closed: number[] = [];
  new WebSocketServer({ server: http, path: feedPath }).on('connection', (socket) => {
    socket.on('close', (code) => closed.push(code));
    socket.send('nonsense');
  });
  await new Promise<void>((resolve) => http.listen(path, resolve));
  const { feed, heard } = connect([`unix:${path}`]);
  await waitFor('end of the session', () => closed.length > 0);
  assert.deepEqual([closed[0], heard], [4400, []]);
  feed.close();
  http.close();
  http.closeAllConnections();
});
