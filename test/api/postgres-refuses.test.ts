import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { recordedLog } from '../../src/openflow/testing/recorded-log.ts';
import { openStore, type StoreOptions, StoreUnavailable } from '../../src/store/index.ts';
import {
  findPostgres,
  guardedRole,
  type PostgresServer,
  startPostgres,
} from '../../src/store/testing/postgres-server.ts';
import { type Answer, type Body, errorType, startApi, type TestApi } from './harness.ts';

const programs = findPostgres();
const skip = programs === undefined && 'skipped: PostgreSQL is not installed';

describe('a PostgreSQL that answers, and does not do what it is asked', { skip }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres(programs ?? '');
  });
  after(() => server.stop());

  test('refuses writes: they are answered 503 with the reason, reads go on, and it is well again by itself', () =>
    withApi(async (api, { said }) => {
      const network = await api.create('networks');
      await server.set({ default_transaction_read_only: 'on' });
      const health = await waitFor('the health to fail', () => failingHealth(api));
      assert.match(health, /takes no writes at present/);
      for (const name of ['one', 'two', 'three']) {
        const refused = await api.call('POST', '/v2.0/networks', { body: { network: { name } } });
        assert.equal(refused.status, 503);
        assert.equal(messageOf(refused), 'The database takes no writes at present. Nothing was changed.');
      }
      assert.equal((await api.call('GET', `/v2.0/networks/${network.id}`)).status, 200);
      const other = await openStore({ database: api.database });
      assert.deepEqual(await other.reader.claimed('none', ['-']), [], 'a controller starts on it, too');
      await other.close();
      await server.set({ default_transaction_read_only: 'off' });
      await waitFor('the health', async () => (await api.call('GET', '/healthcheck')).status === 200);
      await api.create('networks', { name: 'four' });
      const { json } = await api.call('GET', '/v2.0/networks?fields=name');
      assert.deepEqual(new Set((json.networks as Body[]).map(({ name }) => name)), new Set(['', 'four']));
      assert.equal(said.length, 1, said.join('\n'));
    }));

  test('takes no more connections: health and log name the option, until it takes them', async () => {
    await server.run('create role crowded login');
    const database = (await server.createDatabase()).replace('sextant@', 'crowded@');
    await server.run(`alter database ${nameOf(database)} owner to crowded`);
    await withApi(
      async (api, { said }) => {
        await server.run('alter role crowded connection limit 0');
        await server.terminateBackends(database);
        const health = await waitFor('the health to fail', () => failingHealth(api));
        assert.match(health, /takes no more connections.*--database-connections/);
        const refused = await api.call('GET', '/v2.0/networks');
        assert.equal(refused.status, 503);
        assert.equal(messageOf(refused), 'The database takes no more connections. Nothing was changed.');
        await server.run('alter role crowded connection limit -1');
        await waitFor('the health', async () => (await api.call('GET', '/healthcheck')).status === 200);
        await api.create('networks');
        assert.equal(said.filter((line) => line.startsWith('error')).length, 1, said.join('\n'));
      },
      { database },
    );
  });

  test('refuses the user or has no such database: the start ends at once, and says why once', async () => {
    const url = await server.createDatabase();
    for (const [wrong, reason] of [
      [url.replace('sextant@', 'stranger@'), 'role "stranger" does not exist'],
      [url.replace(/store_\d+/, 'elsewhere'), 'database "elsewhere" does not exist'],
    ] as const) {
      const opening = openStore({ database: wrong, patience: milliseconds(600_000) });
      const error: unknown = await opening.catch((failure: unknown) => failure);
      assert.ok(error instanceof Error && error.cause instanceof StoreUnavailable);
      assert.equal(error.cause.message, `the database refuses the controller: ${reason}`);
    }
  });

  test('refuses the password: the start ends at once, and says so without saying the password', async () => {
    for (const [password, reason] of [
      [':wrong', 'password authentication failed for user "guarded"'],
      ['', 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'],
    ] as const) {
      const opening = openStore({
        database: (await guardedDatabase()).replace(':right@', `${password}@`),
        patience: milliseconds(600_000),
      });
      const error: unknown = await opening.catch((failure: unknown) => failure);
      assert.ok(error instanceof Error && error.cause instanceof StoreUnavailable);
      assert.equal(error.cause.message, `the database refuses the controller: ${reason}`);
      assert.doesNotMatch(`${error.stack} ${error.cause.stack}`, /wrong/);
    }
  });

  test('has got another password: requests are answered 503, and it is well again once it takes the old one', async () => {
    const database = await guardedDatabase();
    await withApi(
      async (api, { said }) => {
        await server.run(`alter role ${guardedRole} password 'changed'`);
        await server.terminateBackends(database);
        const health = await waitFor('the health to fail', () => failingHealth(api));
        assert.match(health, /refuses the controller: password authentication failed/);
        for (const [method, body] of [['GET'], ['POST', { network: {} }]] as const) {
          const refused = await api.call(method, '/v2.0/networks', { body });
          assert.equal(refused.status, 503);
          assert.equal(messageOf(refused), 'The database refuses the controller. Nothing was changed.');
        }
        await server.run(`alter role ${guardedRole} password 'right'`);
        await waitFor('the health', async () => (await api.call('GET', '/healthcheck')).status === 200);
        await api.create('networks');
        assert.equal(said.filter((line) => line.startsWith('error')).length, 1, said.join('\n'));
      },
      { database },
    );
  });

  /** A database whose owner has to give a password. */
  async function guardedDatabase(): Promise<string> {
    const database = await server.createDatabase();
    await server.run(`do $$ begin create role ${guardedRole} login; exception when duplicate_object then end $$`);
    await server.run(`alter role ${guardedRole} password 'right'`);
    await server.run(`alter database ${nameOf(database)} owner to ${guardedRole}`);
    return database.replace('sextant@', `${guardedRole}:right@`);
  }

  interface Ground {
    readonly said: readonly string[];
  }

  async function withApi(
    body: (api: TestApi & { readonly database: string }, ground: Ground) => Promise<void>,
    options: Partial<StoreOptions> = {},
  ): Promise<void> {
    const { log, said } = recordedLog();
    const database = options.database ?? (await server.createDatabase());
    const api = await startApi({ database, log, patience: milliseconds(300), ...options });
    try {
      await body({ ...api, database }, { said });
    } finally {
      await api.close();
    }
  }
});

/** The reasons in the answer of an unhealthy controller. */
async function failingHealth(api: TestApi): Promise<string | undefined> {
  const { status, json } = await api.call('GET', '/healthcheck');
  return status === 503 ? JSON.stringify(json.reasons) : undefined;
}

function nameOf(database: string): string {
  return new URL(database.replace('@/', '@localhost/')).pathname.slice(1);
}

function messageOf(answer: Answer): unknown {
  assert.equal(errorType(answer), 'ServiceUnavailable');
  return (answer.json.NeutronError as Body).message;
}
