import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createCatalog } from '../../src/api/index.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../src/store/testing/postgres-server.ts';
import { startApi, type TestApi } from './harness.ts';

/** Values that some column can't hold, or some language of patterns reads in its own way. */
const texts = ['', 'x', '-1', 'true', '9007199254740991', "'%", '::1', '🌍'];

/** Lists of everything, by every attribute: each is answered, or refused as a bad request. */
async function tryAll(api: TestApi): Promise<ReadonlyMap<string, number>> {
  const statuses = new Map<string, number>();
  for (const { path, attributes, resource } of createCatalog().served) {
    if (path.includes(':')) continue;
    const names = new Set([...attributes.map(({ name }) => name), ...Object.keys(resource.definition.filters ?? {})]);
    const queries = [...names].flatMap((name) => [
      ...texts.map((text) => `${name}=${encodeURIComponent(text)}`),
      `sort_key=${name}&sort_dir=desc&limit=1`,
    ]);
    await Promise.all(
      queries.map(async (query) => {
        const { status, json } = await api.call('GET', `${path}?${query}`);
        assert.ok(status === 200 || status === 400, `${path}?${query} ${status} ${JSON.stringify(json)}`);
        statuses.set(`${path}?${query}`, status);
      }),
    );
  }
  return statuses;
}

const programs = findPostgres();

describe('over PostgreSQL', { skip: programs === undefined && 'skipped: PostgreSQL is not installed' }, () => {
  let server: PostgresServer;
  let api: TestApi;
  before(async () => {
    server = await startPostgres(programs ?? '');
    api = await startApi({ database: await server.createDatabase() });
  });
  after(async () => {
    await api.close();
    await server.stop();
  });

  test('answers or refuses a list by every attribute and any text, as over SQLite', async () => {
    const other = await startApi();
    try {
      const statuses = await tryAll(other);
      assert.ok(statuses.size > 1_000, `only ${statuses.size} lists were tried`);
      assert.deepEqual(await tryAll(api), statuses);
    } finally {
      await other.close();
    }
  });
});
