import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { manualClock, milliseconds, ok } from '../base/index.ts';
import { recordedLog } from '../openflow/testing/recorded-log.ts';
import { StoreHealth } from './health.ts';
import { migrate } from './migrations/migrate.ts';
import { aSqliteBackend } from './testing/sqlite.ts';
import { Writer } from './writer.ts';

test('a disk that takes every second write is one outage, over when no write fails for a while', async (context) => {
  const { log, said } = recordedLog();
  const clock = manualClock();
  const health = new StoreHealth(log, clock);
  const writer = await writerOver(context, health);
  for (let round = 0; round < 10; round += 1) {
    await assert.rejects(writeTooMuch(writer), /disk of the database is full/);
    clock.advance(milliseconds(1_000));
    await writeLittle(writer);
    clock.advance(milliseconds(1_000));
    assert.match(health.reasons.join(), /disk of the database is full/);
  }
  assert.equal(said.length, 1);
  clock.advance(milliseconds(3_000));
  assert.deepEqual(health.reasons, []);
  await assert.rejects(writeTooMuch(writer), /disk of the database is full/);
  assert.equal(said.length, 2, 'the next outage is said anew');
});

async function writerOver(context: TestContext, health: StoreHealth): Promise<Writer> {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-health-'));
  const backend = aSqliteBackend(join(folder, 'store.db'), { health });
  const session = await backend.openSession('write');
  await migrate(session);
  const writer = new Writer({ backend, session, patience: milliseconds(1_000), onCommit() {} });
  context.after(async () => {
    await writer.drain();
    await backend.close();
    await rm(folder, { recursive: true });
  });
  return writer;
}

/** The connection, which is given up after the failure, may make the file no longer: to SQLite the disk is full. */
async function writeTooMuch(writer: Writer): Promise<void> {
  await writer.write(async (_unit, { own }) => {
    await sql`pragma max_page_count = 1`.execute(own);
    return ok(await sql`create table large as select zeroblob(1000000)`.execute(own));
  });
}

async function writeLittle(writer: Writer): Promise<void> {
  await writer.write(async (unit) => ok(await unit.apply([], [{ kind: 'port', id: 'one' }])));
}
