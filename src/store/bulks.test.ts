import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { err, milliseconds, ok, waitFor } from '../base/index.ts';
import { deleteRow, insertRow } from '../kit/index.ts';
import { type Port, portTable } from '../resources/index.ts';
import { openStore, StoreBusy, type UnitOfWork } from './index.ts';
import { aPort } from './testing/builders.ts';

const ports = Array.from({ length: 40 }, () => aPort());

async function insertPort(unit: UnitOfWork, entity: Port) {
  await unit.apply([insertRow(portTable, entity)], [{ kind: 'port', id: entity.id }]);
  return ok(undefined);
}

/** A store that writes each item in a part of its own, and another connection to its file. */
async function openBoth(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-bulks-'));
  const path = join(folder, 'store.db');
  const bulks = { partBudget: milliseconds(0), lostAfter: milliseconds(20) };
  const store = await openStore({ database: `sqlite:${path}`, bulks });
  const file = new Database(path, { timeout: 0 });
  context.after(async () => {
    file.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  const rowsOf = (table: string) => Number(file.prepare(`select count(*) from ${table}`).pluck().get());
  return { store, file, rowsOf };
}

test('leaves no notes of a long list, whether it was written or refused', async (context) => {
  const { store, rowsOf } = await openBoth(context);
  const notes = () => ['open_bulks', 'staged_rows', 'staged_keys'].map(rowsOf);
  let most: readonly number[] = [];
  const refused = await store.writeAll(ports, async (unit, port) => {
    most = notes();
    return port === ports[39] ? err('refused') : await insertPort(unit, port);
  });
  assert.deepEqual([refused, most], [err('refused'), [1, 39, 39]]);
  await waitFor('the notes to be removed', () => notes().every((count) => count === 0));
  await store.writeAll(ports, insertPort);
  await waitFor('the notes to be removed', () => notes().every((count) => count === 0));
  assert.deepEqual(['ports', 'claims', 'outbox'].map(rowsOf), [40, 40, 40]);
});

test('ends as busy, and takes back, a long list that another process took for dead', async (context) => {
  const { store, file, rowsOf } = await openBoth(context);
  let isTaken = false;
  const takeBack = () => {
    try {
      isTaken ||= file.prepare('update open_bulks set parts = -1 where parts > 3').run().changes > 0;
    } catch {
      // The store is writing.
    }
  };
  const writing = store.writeAll(ports, async (unit, port) => {
    setImmediate(takeBack);
    return await insertPort(unit, port);
  });
  await assert.rejects(writing, StoreBusy);
  assert.ok(isTaken);
  assert.deepEqual(['ports', 'claims', 'outbox'].map(rowsOf), [0, 0, 0]);
});

test('leaves a long list of another process alone until nobody goes on with it', async (context) => {
  const { file, rowsOf } = await openBoth(context);
  file.prepare("insert into open_bulks (id, parts) values ('theirs', 1)").run();
  let parts = 1;
  const goingOn = setInterval(() => {
    parts += file.prepare("update open_bulks set parts = parts + 1 where id = 'theirs' and parts > 0").run().changes;
  }, 1);
  context.after(() => clearInterval(goingOn));
  await waitFor('several looks', () => parts > 200);
  assert.equal(rowsOf('open_bulks'), 1);
  clearInterval(goingOn);
  await waitFor('the list to be taken back', () => rowsOf('open_bulks') === 0);
});

test('takes back a long list of which somebody has deleted a part', async (context) => {
  const { store, rowsOf } = await openBoth(context);
  const [first, last] = [ports[0], ports[39]];
  let deletion: Promise<unknown> | undefined;
  const refused = await store.writeAll(ports, async (unit, port) => {
    if (port === ports[5] && first)
      deletion = store.write(async (other) => ok(await other.apply([deleteRow(portTable, first.id)], [])));
    return port === last ? err('refused') : await insertPort(unit, port);
  });
  await deletion;
  assert.deepEqual(refused, err('refused'));
  assert.deepEqual(['ports', 'claims', 'open_bulks'].map(rowsOf), [0, 0, 0]);
});

test('writes a short list in one unit', async (context) => {
  const { store, rowsOf } = await openBoth(context);
  let notes = 0;
  await store.writeAll(ports.slice(0, 16), async (unit, port) => {
    notes += rowsOf('staged_rows');
    return await insertPort(unit, port);
  });
  assert.deepEqual([notes, rowsOf('ports')], [0, 16]);
});
