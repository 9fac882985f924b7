import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { aPostgresBackend } from '../testing/postgres.ts';
import { findPostgres, startPostgres } from '../testing/postgres-server.ts';
import { preparedLimit } from './postgres-connection.ts';

const programs = findPostgres();
if (programs === undefined) {
  test('PostgreSQL', { skip: 'skipped: no PostgreSQL server is installed' });
} else {
  const server = await startPostgres(programs);
  after(() => server.stop());

  test('keeps no more than so many statements planned, whatever is asked', async () => {
    const backend = aPostgresBackend(await server.createDatabase());
    const session = await backend.openSession('write');
    for (let shape = 0; shape < preparedLimit + 20; shape += 1)
      await sql`select ${sql.lit(shape)} as shape`.execute(session.own);
    const { rows } = await sql<{ count: number }>`select count(*) from pg_prepared_statements`.execute(session.own);
    assert.deepEqual(rows, [{ count: preparedLimit }]);
    await session.close();
    await backend.close();
  });
}
