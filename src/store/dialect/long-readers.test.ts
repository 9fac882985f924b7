import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { milliseconds, waitFor } from '../../base/index.ts';
import { aSqliteBackend } from '../testing/sqlite.ts';
import { StoreUnavailable } from '../unavailable.ts';

const limits = { longBytes: 200_000, overlongBytes: 600_000 };

/** A database with a reader that has read the first of its rows, and a writer that makes the log longer. */
async function aHeldLog(context: TestContext, readerMilliseconds: number) {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-log-'));
  const path = join(folder, 'store.db');
  const backend = aSqliteBackend(path, { logLimits: { ...limits, readerMilliseconds } });
  context.after(async () => {
    await backend.close();
    await rm(folder, { recursive: true });
  });
  const writer = await backend.openSession('write');
  const inUnit = async (statement: string) => {
    await writer.begin('write');
    await sql.raw(statement).execute(writer.own);
    await writer.commit();
    await writer.flush();
  };
  const write = () => inUnit('insert into numbers values (1, randomblob(20000))');
  await inUnit('create table numbers (number integer, content blob)');
  for (let count = 0; count < 3; count += 1) await write();
  const reader = await backend.openSession('snapshot');
  await reader.begin('snapshot');
  const select = reader.entities.selectFrom('numbers').select('number');
  const rows = select.stream(1)[Symbol.asyncIterator]();
  assert.equal((await rows.next()).done, false);
  return { reader, rows, select, write, logBytes: () => statSync(`${path}-wal`).size };
}

/** Writes on, for the log starts over with a commit. */
async function writeUntil(what: string, write: () => Promise<void>, holds: () => boolean): Promise<void> {
  const step = async () => {
    await write();
    return holds();
  };
  await waitFor(what, step, { within: milliseconds(20_000), every: milliseconds(10) });
}

test('the log grows while a young reader holds it, and is cut when that is done', async (context) => {
  const { reader, rows, write, logBytes } = await aHeldLog(context, 1_000_000);
  await writeUntil('an overlong log', write, () => logBytes() > 2 * limits.overlongBytes);
  assert.equal((await rows.next()).done, false, 'the reader reads on');
  await rows.return?.();
  await reader.rollback();
  await writeUntil('a log that is cut', write, () => logBytes() <= limits.longBytes);
  await reader.close();
});

test('a reader that holds an overlong log for long is broken off, and never takes what it has for the whole', async (context) => {
  const { reader, rows, select, write, logBytes } = await aHeldLog(context, 0);
  await writeUntil('an overlong log', write, () => logBytes() > limits.overlongBytes);
  await writeUntil('a log that is cut', write, () => logBytes() <= limits.longBytes);
  await assert.rejects(async () => {
    while (!(await rows.next()).done);
  }, StoreUnavailable);
  await assert.rejects(select.execute(), StoreUnavailable);
  await reader.rollback();
  await reader.begin('snapshot');
  assert.ok((await select.execute()).length > 3, 'the next snapshot on the connection reads');
  await reader.close();
});
