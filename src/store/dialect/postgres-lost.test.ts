import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CompiledQuery, sql } from 'kysely';
import { waitFor } from '../../base/index.ts';
import { StoreUnavailable } from '../index.ts';
import { aPostgresBackend } from '../testing/postgres.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../testing/postgres-server.ts';
import type { Backend, Queries } from './session.ts';

const programs = findPostgres();
const skip = programs === undefined && 'skipped: no PostgreSQL server is installed';

/** How PostgreSQL knows a query that hangs until its connection is lost. */
const hangs = `state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()`;

describe('a connection to PostgreSQL that is lost', { skip }, () => {
  let server: PostgresServer;
  let url: string;
  let backend: Backend;
  before(async () => {
    server = await startPostgres(programs ?? '');
    url = await server.createDatabase();
    backend = aPostgresBackend(url);
  });
  after(async () => {
    await backend.close();
    await server.stop();
  });

  test('ends a query of a session with a StoreUnavailable, and spoils the session', async () => {
    const session = await backend.openSession('write');
    await session.begin('write');
    const [outcome] = await Promise.allSettled([hang(session), terminateHanging()]);
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable);
    assert.equal(backend.classify(outcome.reason), 'disconnected');
    assert.equal(session.isIntact(), false);
    await assert.rejects(session.commit(), StoreUnavailable);
    await session.close();
  });

  test('is none that only a query of it failed, for reasons of the server', async () => {
    const session = await backend.openSession('write');
    await session.begin('write');
    await session.savepoint();
    await sql`set local statement_timeout = 10`.execute(session.own);
    await assert.rejects(hang(session), StoreUnavailable);
    assert.equal(session.isIntact(), true);
    await session.undoSavepoint();
    await session.commit();
    await session.close();
  });

  test('is replaced for a single read, which is asked again', async () => {
    const slow = sql<{ pid: number }>`select pg_backend_pid() as pid, pg_sleep(0.5)`;
    const reading = slow.execute(backend.reader.own);
    await terminateHanging();
    assert.equal((await reading).rows.length, 1);
  });

  test('ends no process, idle or in a query, in whichever way the server goes', async () => {
    const idle = await backend.openSession('snapshot');
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      await one(backend.reader);
      const reading = assert.rejects(hang(backend.reader), StoreUnavailable);
      await seeHanging();
      await server.end(signal);
      await reading;
      await assert.rejects(backend.openSession('snapshot'), StoreUnavailable);
      await server.start();
      assert.deepEqual(await one(backend.reader), [{ one: 1 }]);
    }
    await assert.rejects(idle.begin('snapshot'), StoreUnavailable);
    await idle.close();
  });

  async function seeHanging(): Promise<void> {
    const count = sql<{ count: number }>`select count(*) from pg_stat_activity where ${sql.raw(hangs)}`;
    await waitFor('the query to hang', async () => (await count.execute(backend.reader.own)).rows[0]?.count === 1);
  }

  async function terminateHanging(): Promise<void> {
    await seeHanging();
    await server.terminateBackends(url, hangs);
  }
});

async function hang({ own }: Queries): Promise<unknown> {
  return sql`select pg_sleep(60)`.execute(own);
}

async function one({ own, run }: Queries): Promise<readonly unknown[]> {
  return (await run(sql`select 1 as one`.compile(own) as CompiledQuery)).rows;
}
