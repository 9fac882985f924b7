import assert from 'node:assert/strict';
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { milliseconds, waitFor } from '../../base/index.ts';
import { checkpointer } from './checkpointer.ts';

async function openWriter(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-checkpoint-'));
  const path = join(folder, 'store.db');
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('wal_autocheckpoint = 0');
  database.exec('create table pages (content blob)');
  const insert = database.prepare('insert into pages values (randomblob(4000))');
  context.after(async () => {
    database.close();
    await rm(folder, { recursive: true });
  });
  return { path, write: () => insert.run() };
}

test('moves what was committed into the file, without another commit', async (context) => {
  const { path, write } = await openWriter(context);
  const before = (await stat(path)).size;
  const checkpoints = checkpointer(path, { onError: assert.ifError, pause: milliseconds(1) });
  context.after(checkpoints.close);
  write();
  checkpoints.noteCommit();
  await waitFor('the page in the file', async () => (await stat(path)).size > before);
});

/** How often the log has started over: SQLite's fileformat2, "WAL Header", the checkpoint sequence number. */
function startsOf(log: number): number {
  const number = Buffer.alloc(4);
  readSync(log, number, 0, 4, 12);
  return number.readUInt32BE();
}

test('has the log start over under steady load, by holding the writer', async (context) => {
  const { path, write } = await openWriter(context);
  const checkpoints = checkpointer(path, { onError: assert.ifError, pause: milliseconds(1), longLogBytes: 200_000 });
  context.after(checkpoints.close);
  const log = openSync(`${path}-wal`, 'r');
  context.after(() => closeSync(log));
  const wanted = startsOf(log) + 3;
  for (let commits = 0; commits < 40_000 && startsOf(log) < wanted; commits += 1) {
    await checkpoints.mayWrite();
    write();
    checkpoints.noteCommit();
    if (commits % 10 === 0) await nextTurn();
  }
  assert.equal(startsOf(log), wanted);
});

test('lets the writer go on, and tells, when its thread fails', async (context) => {
  const { path, write } = await openWriter(context);
  const failed = Promise.withResolvers<Error>();
  const checkpoints = checkpointer(join(path, 'no', 'such'), { onError: failed.resolve, pause: milliseconds(1) });
  context.after(checkpoints.close);
  write();
  checkpoints.noteCommit();
  assert.match((await failed.promise).message, /directory/);
  await checkpoints.mayWrite();
});
