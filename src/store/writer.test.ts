import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { milliseconds, ok } from '../base/index.ts';
import { migrate } from './migrations/migrate.ts';
import { dirtyKeys } from './outbox.ts';
import { aSqliteBackend } from './testing/sqlite.ts';
import { Writer } from './writer.ts';

test('answers a unit, and tells of it, when it is flushed and not before', async (context) => {
  const gate = Promise.withResolvers<void>();
  const { writer, visible, told } = await writerThatFlushes(context, () => gate.promise);
  let isAnswered = false;
  const answer = touch(writer).then(() => {
    isAnswered = true;
  });
  while ((await visible()) === 0) await new Promise(setImmediate);
  assert.deepEqual([isAnswered, told], [false, []]);
  gate.resolve();
  await answer;
  assert.deepEqual(told, [1]);
  await writer.drain();
});

test('answers no unit whose flush failed', async (context) => {
  const { writer, told } = await writerThatFlushes(context, () => Promise.reject(new Error('EIO')));
  await assert.rejects(touch(writer), /EIO/);
  assert.deepEqual(told, []);
  await writer.drain();
});

async function touch(writer: Writer): Promise<void> {
  await writer.write(async (unit) => ok(await unit.apply([], [{ kind: 'port', id: 'one' }])));
}

/** A writer on a real database, whose flushes end when the test says so. */
async function writerThatFlushes(context: TestContext, flush: () => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-writer-'));
  const backend = aSqliteBackend(join(folder, 'store.db'));
  context.after(async () => {
    await backend.close();
    await rm(folder, { recursive: true });
  });
  const session = await backend.openSession('write');
  await migrate(session);
  const told: number[] = [];
  const writer = new Writer({
    backend,
    session: { ...session, flush },
    patience: milliseconds(1_000),
    onCommit: (revision) => told.push(revision),
  });
  return { writer, told, visible: async () => (await dirtyKeys(backend.reader, 0)).length };
}
