import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { migrate } from './migrations/migrate.ts';
import { changesAfter, cutChanges, setNewestRevision, writeKeys } from './outbox.ts';
import { aSqliteBackend } from './testing/sqlite.ts';

test('cuts the log of changes by whole revisions, and says who has fallen behind it', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-outbox-'));
  const backend = aSqliteBackend(join(folder, 'store.db'));
  context.after(async () => {
    await backend.close();
    await rm(folder, { recursive: true });
  });
  const session = await backend.openSession('write');
  await migrate(session);
  for (const revision of [1, 2, 3, 4]) {
    await writeKeys(
      session,
      ['a', 'b'].map((id) => ({ kind: 'port', id }) as const),
      revision,
    );
    await setNewestRevision(session, revision - 1, revision);
  }
  await cutChanges(session, 5);
  assert.equal(await changesAfter(session, 1), undefined);
  assert.deepEqual(
    (await changesAfter(session, 2))?.keys.map(({ revision }) => revision),
    [4, 4],
  );
  await cutChanges(session, 0);
  assert.equal(await changesAfter(session, 3), undefined);
  assert.deepEqual(await changesAfter(session, 4), { keys: [], revision: 4 });
});
