import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createApi } from '../../src/api/index.ts';
import { noauth } from '../../src/auth/index.ts';
import { milliseconds, ok, waitFor } from '../../src/base/index.ts';
import { openStore } from '../../src/store/index.ts';
import { aNetwork } from '../../src/store/testing/builders.ts';

/** As much as no socket takes at once. */
const long = 'x'.repeat(200_000);

test('ends a list that a client stopped reading, and has room for the next one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-list-'));
  const database = `sqlite:${join(folder, 'store.db')}`;
  const store = await openStore({ database, maxCollectionsRead: 1, patience: milliseconds(20) });
  const app = createApi({ store, auth: noauth, settings: { listPauseSeconds: 0.2 } });
  try {
    const entities = Array.from({ length: 250 }, () => aNetwork({ description: long }));
    await store.write(async (unit) =>
      ok(
        await unit.apply(
          entities.map((entity) => ({ kind: 'insert', resource: 'network', entity })),
          [],
        ),
      ),
    );
    const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/v2.0/networks`;
    const stalled = request(url).end();
    const [response] = await once(stalled, 'response');
    const busy = await fetch(url);
    const message = 'Too many requests wait for the database. Nothing was changed.';
    assert.deepEqual(
      [busy.status, busy.headers.get('retry-after'), await busy.json()],
      [503, '1', { NeutronError: { type: 'ServiceUnavailable', message, detail: '' } }],
    );
    await waitFor('the list that nobody reads to end', async () => (await fetch(`${url}?fields=id`)).ok);
    const ended = once(response, 'end');
    response.resume();
    await assert.rejects(ended, { code: 'ECONNRESET' });
  } finally {
    await app.close();
    await store.close();
    await rm(folder, { recursive: true });
  }
});
