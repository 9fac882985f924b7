import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds } from '../base/index.ts';
import { insertRow } from '../kit/index.ts';
import { networkTable } from '../resources/index.ts';
import { shareConnections } from './connections.ts';
import { openStore, type Store, StoreBusy } from './index.ts';
import { aNetwork } from './testing/builders.ts';
import { findPostgres, startPostgres } from './testing/postgres-server.ts';
import { commit } from './testing/with-store.ts';

const programs = findPostgres();
const skip = programs === undefined && 'skipped: no PostgreSQL server is installed';

const everything = { where: { kind: 'all', of: [] } } as const;

test('shares out all connections but two, the writer’s and the one that looks at the server’s health', () => {
  for (let total = 8; total <= 100; total += 1) {
    const { readers, snapshots, collections } = shareConnections(total);
    assert.equal(readers + snapshots + collections + 2, total);
    assert.ok(Math.min(readers, snapshots, collections) >= 1);
  }
});

test('takes no more connections than it may, whoever reads and how slowly', { skip }, async () => {
  const server = await startPostgres(programs ?? '');
  const database = await server.createDatabase();
  const store = await openStore({ database, connections: 10, patience: milliseconds(50) });
  try {
    await commit(store, [insertRow(networkTable, aNetwork())]);
    const gate = Promise.withResolvers<void>();
    const lists = Array.from({ length: 20 }, () => listSlowly(store, gate.promise));
    const refused = (await Promise.race(lists.map((list) => list.catch((error) => error)))) as unknown;
    assert.ok(refused instanceof StoreBusy);
    const work = Array.from({ length: 50 }, () =>
      store.snapshot((snapshot) => snapshot.list(networkTable, everything)),
    );
    const reads = Array.from({ length: 50 }, () => store.reader.list(networkTable, everything));
    const found = await Promise.all([...work, ...reads]);
    assert.ok(found.every(({ length }) => length === 1));
    assert.ok((await server.countBackends(database)) <= 10);
    gate.resolve();
    const { collections } = shareConnections(10);
    const outcomes = await Promise.allSettled(lists);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, collections);
  } finally {
    await store.close();
    await server.stop();
  }
});

test('waits for a server that is just starting', { skip }, async () => {
  const server = await startPostgres(programs ?? '');
  try {
    const database = await server.createDatabase();
    await server.end('SIGINT');
    await assert.rejects(openStore({ database, patience: milliseconds(20) }), /open store postgres/);
    const opening = openStore({ database });
    await server.start();
    await (await opening).close();
  } finally {
    await server.stop();
  }
});

/** As a client does that takes its time. */
async function listSlowly(store: Store, until: Promise<void>): Promise<void> {
  for await (const _page of store.reader.pages(networkTable, everything)) await until;
}
