import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitFor } from '../../base/index.ts';
import { byUuid, namedUuid, openDatabase } from '../index.ts';
import { startServer, type TestServer } from '../testing/index.ts';
import {
  library,
  librarySchema,
  librarySchemaJson,
  mustTransact,
  openLibrary,
  recordEvents,
  shelfNames,
} from './library.ts';

let server: TestServer;
before(async () => {
  server = await startServer({ schema: librarySchemaJson, tcp: true });
});
after(() => server.stop());

test('shows a row of every kind of column as it was written, over unix and TCP', async (t) => {
  const [writer, reader] = [openLibrary(t, { endpoints: [server.unix] }), openLibrary(t, { endpoints: [server.tcp] })];
  await Promise.all([writer.synchronised(), reader.synchronised()]);
  const { inserted } = await mustTransact(
    writer,
    library.insert('Book', { title: 'Ἰλιάς "\\ \n 𝄞', labels: { __proto__x: '1' } }, 'iliad'),
    library.insert(
      'Shelf',
      {
        name: 'all kinds',
        books: [namedUuid('iliad')],
        favourite: namedUuid('iliad'),
        labels: { a: '1', constructor: '2' },
        sizes: [3, 1, 2],
        slots: { 4: namedUuid('iliad') },
        weight: 0.25,
        open: true,
        colour: 'red',
        capacity: 7,
        count: -9007199254740991,
        made: 'here',
      },
      'shelf',
    ),
  );
  const [book, shelf] = [inserted.get('iliad'), inserted.get('shelf')];
  assert(book && shelf);
  const expected = {
    _uuid: shelf,
    name: 'all kinds',
    books: [book],
    favourite: book,
    labels: { a: '1', constructor: '2' },
    sizes: [1, 2, 3],
    slots: { 4: book },
    weight: 0.25,
    open: true,
    colour: 'red',
    capacity: 7,
    count: -9007199254740991,
    made: 'here',
  };
  assert.deepEqual(writer.replica.table('Shelf').find(shelf), expected, 'the writer sees it when it has the answer');
  assert.deepEqual(await waitFor('the reader', () => reader.replica.table('Shelf').find(shelf)), expected);
  assert.equal(reader.replica.table('Book').find(book)?.title, 'Ἰλιάς "\\ \n 𝄞');
});

test('gives columns that were not written their defaults', async (t) => {
  const database = openLibrary(t, { endpoints: [server.unix] });
  await database.synchronised();
  const { inserted } = await mustTransact(database, library.insert('Shelf', { name: 'bare' }, 'bare'));
  const uuid = inserted.get('bare');
  const bare = {
    books: [],
    favourite: undefined,
    labels: {},
    sizes: [],
    slots: {},
    weight: 0,
    open: false,
    colour: '',
  };
  const expected = { _uuid: uuid, name: 'bare', ...bare, capacity: undefined, count: 0, made: '' };
  const inStep = [...database.replica.table('Shelf').rows()].find((row) => row._uuid === uuid);
  assert.deepEqual(inStep, expected);
  const fresh = openLibrary(t, { endpoints: [server.unix] });
  await fresh.synchronised();
  assert.deepEqual(fresh.replica.table('Shelf').findBy('name', 'bare'), expected);
});

test('follows modifications of sets, maps, optionals and scalars', async (t) => {
  const database = openLibrary(t, { endpoints: [server.unix] });
  await database.synchronised();
  const start = { name: 'moving', labels: { a: '1', b: '2', c: '3' }, sizes: [1, 2, 3], capacity: 5, count: 1 };
  const { inserted } = await mustTransact(database, library.insert('Shelf', start, 'moving'));
  const uuid = inserted.get('moving');
  assert(uuid);
  const shelf = () => database.replica.table('Shelf').find(uuid);
  await mustTransact(
    database,
    library.mutate('Shelf', byUuid(uuid), [
      ['labels', 'delete', ['a']],
      ['labels', 'delete', { b: '2', c: 'not 3' }],
      ['labels', 'insert', { d: '4' }],
      ['sizes', 'delete', [1]],
      ['sizes', 'insert', [9]],
      ['count', '+=', 41],
    ]),
    library.update('Shelf', byUuid(uuid), { capacity: undefined, open: true }),
  );
  const { labels, sizes, count, capacity, open } = shelf() ?? {};
  assert.deepEqual(
    { labels, sizes: [...(sizes ?? [])].sort(), count, capacity, open },
    { labels: { c: '3', d: '4' }, sizes: [2, 3, 9], count: 42, capacity: undefined, open: true },
  );
  await mustTransact(
    database,
    library.update('Shelf', byUuid(uuid), { labels: { c: 'changed' }, sizes: [], capacity: 6 }),
  );
  assert.deepEqual([shelf()?.labels, shelf()?.sizes, shelf()?.capacity], [{ c: 'changed' }, [], 6]);
});

test('reports one batch per transaction, with whole rows before and after', async (t) => {
  const database = openLibrary(t, { endpoints: [server.unix] });
  await database.synchronised();
  const events = recordEvents(database);
  const { inserted } = await mustTransact(
    database,
    library.insert('Book', { title: 'one' }, 'one'),
    library.insert('Shelf', { name: 'batch', books: [namedUuid('one')] }, 'shelf'),
  );
  const [shelf, book] = [inserted.get('shelf'), inserted.get('one')];
  assert(shelf && book);
  await mustTransact(database, library.update('Shelf', byUuid(shelf), { books: [] }));
  await mustTransact(database, library.delete('Shelf', byUuid(shelf)));
  const seen = events.map((event) => {
    assert(event.kind === 'update');
    return event.changes
      .map(({ table, uuid, old, new: now }) => [table, uuid, old !== undefined, now !== undefined])
      .sort();
  });
  assert.deepEqual(seen, [
    [
      ['Book', book, false, true],
      ['Shelf', shelf, false, true],
    ],
    [
      ['Book', book, true, false],
      ['Shelf', shelf, true, true],
    ],
    [['Shelf', shelf, true, false]],
  ]);
});

test('keeps indexes in step, with several keys per row and several rows per key', async (t) => {
  const database = openLibrary(t, { endpoints: [server.unix] });
  await database.synchronised();
  const insert = (name: string) => library.insert('Shelf', { name, labels: { [`${name}!`]: '', shared: '' } });
  await mustTransact(database, insert('i1'), insert('i2'), insert('i3'));
  const shelves = database.replica.table('Shelf');
  const named = (key: string) =>
    shelves
      .listBy('label', key)
      .map((row) => row.name)
      .sort();
  assert.deepEqual([named('shared'), named('i2!'), named('absent')], [['i1', 'i2', 'i3'], ['i2'], []]);
  await mustTransact(database, library.mutate('Shelf', [['name', '==', 'i1']], [['labels', 'delete', ['shared']]]));
  await mustTransact(database, library.delete('Shelf', [['name', '==', 'i2']]));
  assert.deepEqual([named('shared'), named('i1!'), named('i2!')], [['i3'], ['i1'], []]);
  assert.throws(() => shelves.listBy('undeclared', 'x'), /no index undeclared/);
});

test('replicates only the tables, columns and rows that were selected', async (t) => {
  const writer = openLibrary(t, { endpoints: [server.unix] });
  const database = openDatabase({
    schema: librarySchema,
    endpoints: [server.unix],
    select: {
      Shelf: {
        columns: ['name', 'open'],
        where: [
          ['name', '==', 'picked'],
          ['open', '==', true],
        ],
      },
    },
  });
  t.after(() => database.close());
  await Promise.all([writer.synchronised(), database.synchronised()]);
  await mustTransact(
    writer,
    library.insert('Shelf', { name: 'picked', count: 3 }),
    library.insert('Shelf', { name: 'passed over' }),
  );
  const rows = () =>
    [...database.replica.table('Shelf').rows()]
      .map(({ _uuid, ...rest }) => rest)
      .filter(({ name }) => name.startsWith('p'));
  await waitFor('the selected row', () => rows().length === 1);
  assert.deepEqual(rows(), [{ name: 'picked', open: false }]);
  await mustTransact(writer, library.update('Shelf', [['name', '==', 'passed over']], { open: true }));
  await waitFor('the row that matches now', () => rows().length === 2);
  await mustTransact(writer, library.update('Shelf', [['name', '==', 'passed over']], { open: false }));
  await waitFor('the row that no longer matches to go', () => rows().length === 1);
});

test('is complete only after the snapshot, and says so once', async (t) => {
  const database = openLibrary(t, { endpoints: [server.unix] });
  const events = recordEvents(database);
  assert.equal(database.replica.complete, false);
  await database.synchronised();
  assert.equal(database.replica.complete, true);
  assert.deepEqual(
    events.map((event) => event.kind === 'snapshot' && event.history),
    ['first'],
  );
  assert.deepEqual(database.status, { kind: 'synchronised', endpoint: server.unix, method: 'monitor_cond_since' });
  assert.ok(shelfNames(database).includes('bare'));
});

test('lets a subscriber write when it hears of the snapshot', async (t) => {
  const database = openLibrary(t, { endpoints: [server.unix] });
  const answer = await new Promise((resolve) => {
    database.replica.subscribe((event) => {
      if (event.kind === 'snapshot') resolve(mustTransact(database, library.insert('Shelf', { name: 'at once' })));
    });
  });
  assert.ok(answer);
});
