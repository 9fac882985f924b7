import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import {
  abort,
  assertLock,
  byUuid,
  comment,
  commit,
  type DatabaseErrorKind,
  databaseErrors,
  namedUuid,
  type Operation,
  operationsOf,
} from '../index.ts';
import { startServer, type TestServer } from '../testing/index.ts';
import {
  type Library,
  library,
  librarySchema,
  librarySchemaJson,
  mustFail,
  mustTransact,
  openLibrary,
} from './library.ts';

let server: TestServer;
before(async () => {
  server = await startServer({ schema: librarySchemaJson });
});
after(() => server.stop());

async function opened(t: TestContext): Promise<Library> {
  const database = openLibrary(t, { endpoints: [server.unix] });
  await database.synchronised();
  return database;
}

const loose = operationsOf(librarySchema as never) as unknown as {
  insert(table: string, row: object, as?: string): Operation;
};
const unknownUuid = '00000000-0000-4000-8000-000000000001' as never;
const chosen = (name: string): Operation => ({ op: 'insert', table: 'Shelf', row: { name }, uuid: unknownUuid });
const everyShelf = [['name', '!=', ' ']] as const;

/** Operations that provoke each error, and the operation at which it is reported (undefined: by the commit). */
const provocations: readonly [DatabaseErrorKind, string, readonly Operation[], number | undefined][] = [
  ['constraint-violation', 'a value outside an enum', [loose.insert('Shelf', { name: 'x', colour: 'blue' })], 0],
  ['constraint-violation', 'a number outside its range', [library.insert('Shelf', { name: 'x', capacity: 101 })], 0],
  ['constraint-violation', 'two rows under one index', [library.insert('Shelf', { name: 'taken' })], undefined],
  [
    'constraint-violation',
    'more rows than maxRows',
    [library.insert('House', {}), library.insert('House', {})],
    undefined,
  ],
  [
    'constraint-violation',
    'a column that is written once',
    [library.update('Shelf', [...everyShelf], { made: 'x' })],
    0,
  ],
  [
    'referential-integrity-violation',
    'a strong reference to nothing',
    [library.insert('Shelf', { name: 'x', books: [unknownUuid] })],
    undefined,
  ],
  [
    'duplicate-uuid-name',
    'one name for two rows',
    [library.insert('Shelf', { name: 'x' }, 'a'), library.insert('Shelf', { name: 'y' }, 'a')],
    1,
  ],
  ['domain-error', 'a division by zero', [library.mutate('Shelf', [['name', '==', 'taken']], [['count', '/=', 0]])], 0],
  [
    'range-error',
    'an overflow',
    [
      library.mutate(
        'Shelf',
        [['name', '==', 'taken']],
        [
          ['count', '*=', 2 ** 50],
          ['count', '*=', 2 ** 50],
        ],
      ),
    ],
    0,
  ],
  ['timed-out', 'a wait in vain', [library.wait('Shelf', [['name', '==', 'taken']], '!=', [{ name: 'taken' }])], 0],
  [
    'timed-out',
    'a wait in vain that has time',
    [library.wait('Shelf', [['name', '==', 'taken']], '!=', [{ name: 'taken' }], { timeoutMs: 30 })],
    0,
  ],
  ['aborted', 'an abort', [library.insert('Shelf', { name: 'x' }), abort()], 1],
  ['not-owner', 'a lock that is not held', [assertLock('lock')], 0],
  [
    'referential-integrity-violation',
    'a name that no insert gave',
    [library.insert('Shelf', { name: 'x', books: [namedUuid('nobody')] })],
    undefined,
  ],
  ['duplicate-uuid', 'a chosen uuid twice', [chosen('x'), chosen('y')], 1],
  ['syntax-error', 'a value of the wrong type', [loose.insert('Shelf', { name: 'x', open: 1 })], 0],
];

for (const [kind, provocation, operations, position] of provocations) {
  test(`answers ${kind} to ${provocation}, and changes nothing`, async (t) => {
    const database = await opened(t);
    await mustTransact(database, library.delete('Shelf', []), library.insert('Shelf', { name: 'taken', count: 3 }));
    const { revision } = database.replica;
    const error = await mustFail(database, comment('first'), ...operations);
    assert(error.scope === 'database');
    const { section, retryable } = databaseErrors[kind];
    const expected = {
      kind,
      error: databaseErrors[kind].error,
      section,
      retryable,
      operation: position === undefined ? undefined : position + 1,
    };
    assert.deepEqual(
      {
        kind: error.kind,
        error: error.error,
        section: error.section,
        retryable: error.retryable,
        operation: error.operation,
      },
      expected,
    );
    assert.equal(database.replica.revision, revision);
  });
}

test('accepts comment, durable commit and a wait that holds', async (t) => {
  const database = await opened(t);
  const { results } = await mustTransact(
    database,
    comment('why'),
    library.insert('Shelf', { name: 'durable' }),
    library.wait('Shelf', [['name', '==', 'durable']], '==', [{ name: 'durable', open: false }]),
    commit(true),
  );
  assert.deepEqual(
    results.map(({ op }) => op),
    ['comment', 'insert', 'wait', 'commit'],
  );
});

test('matches the answers of all operations with their position', async (t) => {
  const database = await opened(t);
  await mustTransact(database, library.delete('Shelf', []));
  const { results, inserted } = await mustTransact(
    database,
    library.insert('Shelf', { name: 'a', sizes: [1], labels: { x: 'y' } }, 'a'),
    library.insert('Shelf', { name: 'b' }),
    library.mutate('Shelf', [], [['sizes', 'insert', [5]]]),
    library.update('Shelf', [['name', '==', 'b']], { open: true }),
    library.select('Shelf', [['labels', 'includes', { x: 'y' }]], ['_uuid', 'name', 'sizes', 'labels', 'capacity']),
    library.delete('Shelf', [['open', '==', true]]),
  );
  const uuid = inserted.get('a');
  assert(uuid);
  const [first, second, ...rest] = results;
  assert.deepEqual(first, { op: 'insert', uuid });
  assert.equal(second?.op, 'insert');
  assert.deepEqual(rest, [
    { op: 'mutate', count: 2 },
    { op: 'update', count: 1 },
    { op: 'select', rows: [{ _uuid: uuid, name: 'a', sizes: [1, 5], labels: { x: 'y' }, capacity: undefined }] },
    { op: 'delete', count: 1 },
  ]);
  assert.deepEqual(database.replica.table('Shelf').find(uuid)?.sizes, [1, 5]);
});

test('refuses an operation on what the schema lacks as the bug it is', async (t) => {
  const database = await opened(t);
  await assert.rejects(database.transact([loose.insert('Shelf', { nothing: 1 })]), /no column nothing/);
  await assert.rejects(database.transact([loose.insert('Nothing', {})]), /no table Nothing/);
});

test('empties an optional column by writing undefined', async (t) => {
  const database = await opened(t);
  const { inserted } = await mustTransact(database, library.insert('Shelf', { name: 'opt', capacity: 3 }, 's'));
  const uuid = inserted.get('s');
  assert(uuid);
  await mustTransact(database, library.update('Shelf', byUuid(uuid), { capacity: undefined }));
  assert.equal(database.replica.table('Shelf').find(uuid)?.capacity, undefined);
});
