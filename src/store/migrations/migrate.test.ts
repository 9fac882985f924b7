import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Column } from '../../kit/index.ts';
import { tables } from '../../resources/index.ts';
import { aSqliteBackend } from '../testing/sqlite.ts';
import { migration as initial } from './0001-initial.ts';
import { migration as outboxInOrder } from './0002-outbox-in-order.ts';
import { migrations } from './index.ts';
import { migrate } from './migrate.ts';

test('makes the tables that the resources describe, column by column', async (context) => {
  const session = await emptySession(context);
  await migrate(session);
  const described = await session.own.introspection.getTables();
  for (const { name, columns } of Object.values(tables)) {
    const actual = described.find((table) => table.name === name)?.columns ?? [];
    assert.deepEqual(
      actual.map((column) => [column.name, column.dataType.toLowerCase(), column.isNullable]).sort(),
      Object.entries<Column>(columns)
        .map(([column, { kind, nullable }]) => [column, kind, nullable === true])
        .sort(),
      name,
    );
  }
});

test('runs each step once', async (context) => {
  const session = await emptySession(context);
  assert.deepEqual(
    await migrate(session),
    migrations.map(({ name }) => name),
  );
  assert.deepEqual(await migrate(session), []);
});

test('keeps the keys of a database whose outbox was laid out by key', async (context) => {
  const session = await emptySession(context);
  await initial.up(session);
  const keys = [
    { revision: 3, kind: 'port', id: 'a' },
    { revision: 7, kind: 'network', id: 'b' },
  ];
  await session.own.insertInto('outbox').values(keys).execute();
  await outboxInOrder.up(session);
  assert.deepEqual(await session.own.selectFrom('outbox').selectAll().execute(), keys);
});

test('refuses a database with steps it does not know, and changes nothing', async (context) => {
  const session = await emptySession(context);
  await migrate(session);
  await session.own.insertInto('schema_migrations').values({ name: '9999-future', applied_at: '' }).execute();
  await assert.rejects(migrate(session), /newer than this program: it has 9999-future/);
});

async function emptySession(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-migrate-'));
  const backend = aSqliteBackend(join(folder, 'store.db'));
  context.after(async () => {
    await backend.close();
    await rm(folder, { recursive: true });
  });
  return await backend.openSession('write');
}

test('has its steps in order, each under the name of its file', () => {
  const names = migrations.map(({ name }) => name);
  assert.equal(names[0], '0001-initial');
  assert.deepEqual(names, names.toSorted());
  assert.equal(new Set(names).size, names.length);
});
