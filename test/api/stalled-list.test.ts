import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createApi } from '../../src/api/index.ts';
import { noauth } from '../../src/auth/index.ts';
import { milliseconds, ok, waitFor } from '../../src/base/index.ts';
import { insertRow } from '../../src/kit/index.ts';
import { networkTable } from '../../src/resources/index.ts';
import { openStore } from '../../src/store/index.ts';
import { aNetwork } from '../../src/store/testing/builders.ts';

/** As much as no socket takes at once. */
const long = 'x'.repeat(200_000);

test('has no room for another list while a client reads none of the one that it has', async (context) => {
  const { url, stall } = await serveLongList(context, { listPauseSeconds: 600 });
  await stall();
  const busy = await fetch(url);
  const message = 'Too many requests wait for the database. Nothing was changed.';
  assert.deepEqual(
    [busy.status, busy.headers.get('retry-after'), await busy.json()],
    [503, '1', { NeutronError: { type: 'ServiceUnavailable', message, detail: '' } }],
  );
});

test('ends a list that a client stopped reading, and has room for the next one', async (context) => {
  const { url, stall } = await serveLongList(context, { listPauseSeconds: 0.2 });
  const response = await stall();
  const ended = assert.rejects(once(response, 'end'), { code: 'ECONNRESET' });
  await waitFor('the list that nobody reads to end', async () => (await fetch(`${url}?fields=id`)).ok);
  response.resume();
  await ended;
});

/** An API of more networks than a socket takes, which reads one list at a time. */
async function serveLongList(context: TestContext, settings: { readonly listPauseSeconds: number }) {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-list-'));
  const database = `sqlite:${join(folder, 'store.db')}`;
  const store = await openStore({ database, maxCollectionsRead: 1, patience: milliseconds(20) });
  const app = createApi({ store, auth: noauth, settings });
  const stalled: ClientRequest[] = [];
  context.after(async () => {
    for (const one of stalled) one.destroy();
    await app.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  const entities = Array.from({ length: 250 }, () => aNetwork({ description: long }));
  const changes = entities.map((entity) => insertRow(networkTable, entity));
  await store.write(async (unit) => ok(await unit.apply(changes, [])));
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/v2.0/networks`;
  /** Asks for the list and reads none of it. */
  const stall = async (): Promise<IncomingMessage> => {
    const asked = request(url).end();
    stalled.push(asked);
    const [response] = await once(asked, 'response');
    return response;
  };
  return { url, stall };
}
