import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { milliseconds, ok } from '../base/index.ts';
import { insertRow } from '../kit/index.ts';
import { type Port, portTable } from '../resources/index.ts';
import { openStore, type Store, StoreUnavailable } from './index.ts';
import { aPort } from './testing/builders.ts';
import { type PostgresProxy, startPostgresProxy } from './testing/postgres-proxy.ts';
import { findPostgres, type PostgresServer, startPostgres } from './testing/postgres-server.ts';

const programs = findPostgres();
const skip = programs === undefined && 'skipped: no PostgreSQL server is installed';

interface Ground {
  readonly store: Store;
  readonly proxy: PostgresProxy;
  /** Revisions that listeners heard of. */
  readonly heard: readonly number[];
  /** Writes the port; returns how often the unit ran. */
  insert(port: Port): Promise<number>;
}

describe('a commit whose connection breaks', { skip }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres(programs ?? '');
  });
  after(() => server.stop());

  test('is run again when the server did not hear of it', () =>
    withGround(async ({ store, proxy, heard, insert }) => {
      const port = aPort();
      const broken = proxy.breakCommit('asked');
      assert.equal(await insert(port), 2);
      await broken;
      assert.deepEqual(await store.reader.find(portTable, port.id), port);
      assert.deepEqual(heard, [1]);
    }));

  test('is a success when the server has made it, and is not made twice', () =>
    withGround(async ({ store, proxy, heard, insert }) => {
      const port = aPort();
      const broken = proxy.breakCommit('answered');
      assert.equal(await insert(port), 1);
      await broken;
      assert.deepEqual(await store.reader.find(portTable, port.id), port);
      assert.deepEqual(heard, [1]);
    }));

  test('is told apart from what was not done, when nobody can say in time what became of it', () =>
    withGround(async ({ store, proxy, insert }) => {
      const [first, second] = [aPort(), aPort()];
      const broken = proxy.breakCommit('answered');
      const writing = insert(first);
      proxy.isOpen = false;
      await broken;
      await assert.rejects(writing, (error) => error instanceof StoreUnavailable && error.isOutcomeUnknown);
      await assert.rejects(insert(second), (error) => error instanceof StoreUnavailable && !error.isOutcomeUnknown);
      proxy.isOpen = true;
      assert.deepEqual(await store.reader.find(portTable, first.id), first);
      assert.equal(await store.reader.find(portTable, second.id), undefined);
    }));

  async function withGround(body: (ground: Ground) => Promise<void>): Promise<void> {
    const proxy = await startPostgresProxy(await server.createDatabase());
    const store = await openStore({ database: proxy.url, patience: milliseconds(300) });
    const heard: number[] = [];
    store.onCommit((revision) => heard.push(revision));
    const insert = async (port: Port) => {
      let runs = 0;
      await store.write(async (unit) => {
        runs += 1;
        return ok(await unit.apply([insertRow(portTable, port)], [{ kind: 'port', id: port.id }]));
      });
      return runs;
    };
    try {
      await body({ store, proxy, heard, insert });
    } finally {
      await store.close();
      await proxy.stop();
    }
  }
});
