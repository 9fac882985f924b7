import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { milliseconds, waitFor } from '../../base/index.ts';
import { type Endpoint, openDatabase, type RowChange } from '../index.ts';
import { type SchemaSource, startCluster, startProxy, startServer } from '../testing/index.ts';
import {
  type LibraryTables,
  library,
  librarySchema,
  librarySchemaJson,
  mustFail,
  mustTransact,
  openLibrary,
  recordEvents,
  shelfNames,
} from './library.ts';

async function serverFor(t: TestContext, schema: SchemaSource = librarySchemaJson) {
  const server = await startServer({ schema });
  t.after(() => server.stop());
  return server;
}

async function clusterFor(t: TestContext) {
  const cluster = await startCluster(librarySchemaJson);
  t.after(() => cluster.stop());
  return cluster;
}

async function proxyFor(t: TestContext, server: Endpoint, rewrite?: (text: string) => string) {
  const proxy = await startProxy(server, rewrite);
  t.after(() => proxy.close());
  return proxy;
}

/** Table, and name before and after. */
function outline(change: RowChange<LibraryTables>) {
  const name = (row: object | undefined) => (row && 'name' in row ? row.name : undefined);
  return [change.table, name(change.old), name(change.new)];
}

test('waits for a server that is not there yet', async (t) => {
  const server = await serverFor(t);
  await server.kill();
  const database = openLibrary(t, { endpoints: [server.unix] });
  await waitFor('the first failure', () => database.status.kind === 'waiting');
  const error = await mustFail(database, library.insert('Shelf', { name: 'x' }));
  assert.deepEqual([error.scope, error.kind, error.retryable], ['transport', 'not-connected', true]);
  await server.start();
  await database.synchronised();
});

test('keeps its rows while the server is down and reports only what differs when it is back', async (t) => {
  const server = await serverFor(t);
  const [database, other] = [
    openLibrary(t, { endpoints: [server.unix] }),
    openLibrary(t, { endpoints: [server.unix] }),
  ];
  await Promise.all([database.synchronised(), other.synchronised()]);
  await mustTransact(database, library.insert('Shelf', { name: 'a' }), library.insert('Shelf', { name: 'b' }));
  const before = database.replica.table('Shelf').findBy('name', 'a');
  const events = recordEvents(database);
  await server.kill();
  await waitFor('the loss', () => events.length > 0);
  assert.deepEqual([events, database.replica.complete, shelfNames(database)], [[{ kind: 'lost' }], false, ['a', 'b']]);
  await server.start();
  await database.synchronised();
  assert.deepEqual(events.slice(1), [{ kind: 'snapshot', history: 'reloaded', changes: [] }]);
  assert.equal(database.replica.table('Shelf').findBy('name', 'a'), before, 'a row that is equal is the same object');
  await other.synchronised();
  await mustTransact(other, library.insert('Shelf', { name: 'c' }));
  await waitFor('a row written after the restart', () => shelfNames(database).includes('c'));
});

test('reports every row as gone when the server comes back empty', async (t) => {
  const server = await serverFor(t);
  const database = openLibrary(t, { endpoints: [server.unix] });
  await database.synchronised();
  await mustTransact(database, library.insert('Shelf', { name: 'a' }), library.insert('House', { name: 'h' }));
  const events = recordEvents(database);
  await server.kill();
  await server.erase();
  await server.start();
  await waitFor('the new snapshot', () => events.some(({ kind }) => kind === 'snapshot'));
  const snapshot = events.find((event) => event.kind === 'snapshot');
  assert.deepEqual(snapshot?.changes.map(outline), [
    ['Shelf', 'a', undefined],
    ['House', 'h', undefined],
  ]);
  assert.deepEqual([shelfNames(database), database.replica.table('Shelf').findBy('name', 'a')], [[], undefined]);
});

test('resumes from the last transaction where the server has the history', async (t) => {
  const cluster = await clusterFor(t);
  const leader = await cluster.leader();
  const proxy = await proxyFor(t, leader.endpoint);
  const database = openLibrary(t, { endpoints: [proxy.endpoint] });
  const other = openLibrary(t, { endpoints: [leader.endpoint] });
  await Promise.all([database.synchronised(), other.synchronised()]);
  const insert = (name: string) => library.insert('Shelf', { name, sizes: [1, 2] });
  // A server forgets history that is larger than the database itself (ovsdb transaction.c): gives it some size.
  const ballast = Array.from({ length: 100 }, (_, index) => insert(`ballast ${index}`));
  await mustTransact(other, ...ballast);
  await mustTransact(other, insert('changed'), insert('deleted'));
  await waitFor('the rows', () => shelfNames(database).length === 102);
  const events = recordEvents(database);
  proxy.refuse();
  await waitFor('the loss', () => events.length > 0);
  await mustTransact(other, library.mutate('Shelf', [['name', '==', 'changed']], [['sizes', 'delete', [1]]]));
  await mustTransact(other, library.delete('Shelf', [['name', '==', 'deleted']]), insert('new'));
  proxy.accept();
  await database.synchronised();
  const snapshot = events.at(-1);
  assert(snapshot?.kind === 'snapshot' && snapshot.history === 'resumed');
  assert.deepEqual(snapshot.changes.map(outline).sort(), [
    ['Shelf', undefined, 'new'],
    ['Shelf', 'changed', 'changed'],
    ['Shelf', 'deleted', undefined],
  ]);
  assert.deepEqual(database.replica.table('Shelf').findBy('name', 'changed')?.sizes, [2]);
});

test('stays with the leader of a cluster and moves when it is killed', async (t) => {
  const cluster = await clusterFor(t);
  const endpoints = cluster.members.map(({ endpoint }) => endpoint);
  const database = openLibrary(t, { endpoints, leaderOnly: true });
  await database.synchronised();
  const leader = await cluster.leader();
  assert.deepEqual(database.status, { kind: 'synchronised', endpoint: leader.endpoint, method: 'monitor_cond_since' });
  await mustTransact(database, library.insert('Shelf', { name: 'before' }));
  const events = recordEvents(database);
  await leader.kill();
  await waitFor('the next leader', () => database.replica.complete && events.length > 1, {
    within: milliseconds(30_000),
  });
  assert.deepEqual(events, [{ kind: 'lost' }, { kind: 'snapshot', history: 'resumed', changes: [] }]);
  await mustTransact(database, library.insert('Shelf', { name: 'after' }));
  assert.deepEqual(shelfNames(database), ['after', 'before']);
});

test('moves to the new leader when leadership is handed over', async (t) => {
  const cluster = await clusterFor(t);
  const first = await cluster.leader();
  const database = openLibrary(t, { endpoints: cluster.members.map(({ endpoint }) => endpoint), leaderOnly: true });
  await database.synchronised();
  await first.resign();
  const moved = await waitFor('another leader', () => {
    const { status } = database;
    return status.kind === 'synchronised' && status.endpoint !== first.endpoint && status;
  });
  assert.deepEqual((await cluster.leader()).endpoint, moved.endpoint);
});

test('works with any member of a cluster when it need not lead', async (t) => {
  const cluster = await clusterFor(t);
  const leader = await cluster.leader();
  const follower = cluster.members.find((member) => member !== leader);
  assert(follower);
  const database = openLibrary(t, { endpoints: [follower.endpoint] });
  await database.synchronised();
  await mustTransact(database, library.insert('Shelf', { name: 'through a follower' }));
  assert.deepEqual(shelfNames(database), ['through a follower']);
  const strict = openLibrary(t, { endpoints: [follower.endpoint], leaderOnly: true });
  const refused = await waitFor('the refusal', () => strict.status.kind === 'waiting' && strict.status);
  assert.equal(refused.error.kind, 'not-leader');
});

for (const [method, hidden] of [
  ['monitor_cond', ['monitor_cond_since']],
  ['monitor', ['monitor_cond_since', 'monitor_cond']],
] as const) {
  test(`falls back to ${method} where the server has nothing newer`, async (t) => {
    const server = await serverFor(t);
    const hide = (text: string) =>
      hidden.reduce((out, word) => out.replaceAll(`"${word}"`, `"${word.toUpperCase()}"`), text);
    const proxy = await proxyFor(t, server.unix, hide);
    const writer = openLibrary(t, { endpoints: [server.unix] });
    const database = openDatabase({
      schema: librarySchema,
      endpoints: [proxy.endpoint],
      select: { Shelf: { columns: ['name', 'sizes', 'open'], where: [['open', '==', false]] } },
    });
    t.after(() => database.close());
    await writer.synchronised();
    await mustTransact(
      writer,
      library.insert('Shelf', { name: 'a', sizes: [1] }),
      library.insert('Shelf', { name: 'b', open: true }),
    );
    await database.synchronised();
    assert.equal(database.status.kind === 'synchronised' && database.status.method, method);
    const rows = () => [...database.replica.table('Shelf').rows()].map(({ name, sizes }) => [name, ...sizes]).sort();
    assert.deepEqual(rows(), [['a', 1]]);
    await mustTransact(
      writer,
      library.mutate('Shelf', [], [['sizes', 'insert', [2]]]),
      library.insert('Shelf', { name: 'c' }),
    );
    await waitFor('the update', () => rows().length === 2);
    assert.deepEqual(rows(), [['a', 1, 2], ['c']]);
    await mustTransact(
      writer,
      library.update('Shelf', [['name', '==', 'a']], { open: true }),
      library.delete('Shelf', [['name', '==', 'c']]),
    );
    await waitFor('rows that no longer match to go', () => rows().length === 0);
  });
}

test('takes nothing from a snapshot that ends half way', async (t) => {
  const server = await serverFor(t);
  const writer = openLibrary(t, { endpoints: [server.unix] });
  await writer.synchronised();
  const names = Array.from({ length: 1000 }, (_, index) => `shelf ${index}`);
  await mustTransact(writer, ...names.map((name) => library.insert('Shelf', { name })));
  const proxy = await proxyFor(t, server.unix);
  proxy.accept(20_000);
  const database = openLibrary(t, { endpoints: [proxy.endpoint] });
  const events = recordEvents(database);
  const { error } = await waitFor('the first failure', () => database.status.kind === 'waiting' && database.status);
  assert.deepEqual([error.kind, database.replica.table('Shelf').size, events], ['connection-lost', 0, []]);
  proxy.accept();
  await database.synchronised();
  assert.deepEqual(shelfNames(database), names.sort());
});

test('comes back by itself when the database is converted to another schema', async (t) => {
  const server = await serverFor(t);
  const database = openLibrary(t, { endpoints: [server.unix] });
  await database.synchronised();
  await mustTransact(database, library.insert('House', { name: 'stays' }));
  const events = recordEvents(database);
  const { House } = librarySchemaJson.tables;
  const wider = { ...House, columns: { ...House.columns, floors: { type: 'integer' } } };
  await server.convert({
    ...librarySchemaJson,
    version: '1.1.0',
    tables: { ...librarySchemaJson.tables, House: wider },
  });
  await waitFor('the new snapshot', () => database.replica.complete && events.length > 1);
  assert.deepEqual(events.at(-1), { kind: 'snapshot', history: 'reloaded', changes: [] });
});

test('gives up a server that is silent, and answers what was under way', async (t) => {
  const server = await serverFor(t);
  const proxy = await proxyFor(t, server.unix);
  const database = openLibrary(t, { endpoints: [proxy.endpoint], probeMs: 50 });
  await database.synchronised();
  proxy.stall();
  const error = await mustFail(database, library.insert('Shelf', { name: 'x' }));
  assert(error.scope === 'transport');
  assert.deepEqual([error.kind, error.outcome, error.retryable], ['connection-lost', 'unknown', true]);
  assert.match(error.message, /silent for 100 ms/);
  proxy.release();
  await database.synchronised();
});

test('gives a server that is slow to answer with its snapshot more time with each try', async (t) => {
  const server = await serverFor(t);
  const proxy = await proxyFor(t, server.unix);
  proxy.delay(500);
  const database = openLibrary(t, { endpoints: [proxy.endpoint], probeMs: 50 });
  await database.synchronised();
  proxy.delay(0);
  proxy.stall();
  const error = await mustFail(database, library.insert('Shelf', { name: 'x' }));
  assert.match(error.message, /silent for 100 ms/); // once it is in step, the usual patience holds
  proxy.release();
});

test('stays connected to a quiet server by echoes', async (t) => {
  const server = await serverFor(t);
  const database = openLibrary(t, { endpoints: [server.unix], probeMs: 300 }); // a busy machine stalls for 100 ms
  await database.synchronised();
  const events = recordEvents(database);
  const started = performance.now();
  await waitFor('four probes', () => performance.now() - started > 1_300);
  assert.deepEqual(events, []);
});

test('does not wait for an answer for ever', async (t) => {
  const server = await serverFor(t);
  const database = openLibrary(t, { endpoints: [server.unix], answerMs: 50 });
  await database.synchronised();
  await mustTransact(database, library.insert('Shelf', { name: 'here' }));
  const hold = library.wait('Shelf', [['name', '==', 'here']], '!=', [{ name: 'here' }], { timeoutMs: 60_000 });
  const error = await mustFail(database, hold);
  assert.deepEqual([error.kind, error.retryable], ['no-answer', true]);
});

test('says which columns a server with another schema lacks', async (t) => {
  const { Shelf, House } = librarySchemaJson.tables;
  const { sizes: _, ...columns } = Shelf.columns;
  const weight = { type: 'integer' };
  const tables = { ...librarySchemaJson.tables, Shelf: { ...Shelf, columns: { ...columns, weight } }, House };
  const server = await serverFor(t, { ...librarySchemaJson, tables } as SchemaSource);
  const database = openLibrary(t, { endpoints: [server.unix] });
  const { error } = await waitFor('the refusal', () => database.status.kind === 'waiting' && database.status);
  assert.equal(error.kind, 'schema-mismatch');
  assert.match(error.message, /Library 1\.0\.0 .*Shelf\.sizes, Shelf\.weight/);
});

test('says that a server lacks the database', async (t) => {
  const server = await serverFor(t, '/usr/share/openvswitch/vswitch.ovsschema');
  const database = openLibrary(t, { endpoints: [server.unix] });
  const { error } = await waitFor('the refusal', () => database.status.kind === 'waiting' && database.status);
  assert.equal(error.kind, 'unknown-database');
});

test('answers what is under way when it is closed, and refuses afterwards', async (t) => {
  const server = await serverFor(t);
  const database = openLibrary(t, { endpoints: [server.unix] });
  await database.synchronised();
  await mustTransact(database, library.insert('Shelf', { name: 'here' }));
  const hold = library.wait('Shelf', [['name', '==', 'here']], '!=', [{ name: 'here' }], { timeoutMs: 60_000 });
  const underWay = mustFail(database, hold);
  await database.close();
  const after = await mustFail(database, library.insert('Shelf', { name: 'x' }));
  assert.deepEqual([(await underWay).kind, after.kind, database.status.kind], ['closed', 'closed', 'closed']);
  await assert.rejects(database.synchronised(), /closed/);
});
