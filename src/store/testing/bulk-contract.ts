import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { err, milliseconds, ok, waitFor } from '../../base/index.ts';
import { insertRow, type Predicate } from '../../kit/index.ts';
import { type Port, portTable } from '../../resources/index.ts';
import { openStore, type Store, StoreConflict, type UnitOfWork } from '../index.ts';
import { aPort } from './builders.ts';
import type { ContractSubject } from './contract-subject.ts';
import { commit, testStore } from './with-store.ts';

const everything: Predicate = { kind: 'all', of: [] };
const onePartEach = { bulks: { partBudget: milliseconds(0), lostAfter: milliseconds(20) } };

async function insertPort(unit: UnitOfWork, entity: Port) {
  await unit.apply([insertRow(portTable, entity)], [{ kind: 'port', id: entity.id }]);
  return ok(entity.id);
}

const somePorts = (count: number) => Array.from({ length: count }, () => aPort());

/** Long lists: all or nothing, unseen before they are whole, and in nobody's way. */
export function bulkContract(subject: ContractSubject): void {
  const testBulks = (sentence: string, body: (store: Store, database: string) => Promise<void>) =>
    testStore(subject, sentence, body, onePartEach);

  testBulks('shows nothing of a long list before all of it is there, under one revision', async (store) => {
    const ports = somePorts(20);
    const before = await store.snapshot(async ({ revision }) => revision);
    const written = await store.writeAll(ports, async (unit, port) => {
      assert.deepEqual(await seenOf(store, ports), []);
      assert.equal((await unit.list(portTable, { where: everything })).length, ports.indexOf(port));
      return await insertPort(unit, port);
    });
    const ids = ports.map(({ id }) => id);
    assert.deepEqual(written, ok(ids));
    assert.deepEqual(await seenOf(store, ports), ids.toSorted());
    const keys = ids.toSorted().map((id) => ({ kind: 'port', id, revision: before + 1 }));
    assert.deepEqual(await store.outbox.takeDirty(), keys);
    const changes = await store.outbox.changesSince(before);
    assert.deepEqual(
      changes?.keys.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      keys,
    );
    assert.equal(changes?.revision, before + 1);
  });

  testBulks('lets others write while a long list is written', async (store) => {
    const ports = somePorts(40);
    const order: string[] = [];
    let other: Promise<unknown> | undefined;
    const bulk = store.writeAll(ports, async (unit, port) => {
      other ??= commit(store, [insertRow(portTable, aPort())]).then(() => order.push('other'));
      order.push('item');
      return await insertPort(unit, port);
    });
    await bulk;
    await other;
    assert.ok(order.indexOf('other') <= 4, `others came after ${order.indexOf('other')} items`);
    assert.equal((await store.reader.list(portTable, { where: everything })).length, 41);
  });

  testBulks('takes all of a long list back when an item is refused, or throws', async (store) => {
    const ports = somePorts(60);
    const last = ports.at(-1);
    const refused = await store.writeAll(ports, async (unit, port) =>
      port === last ? err('refused') : await insertPort(unit, port),
    );
    assert.deepEqual(refused, err('refused'));
    assert.deepEqual(await store.write(async (unit) => ok(await unit.list(portTable, { where: everything }))), ok([]));
    const double = [...ports.slice(0, 30), aPort({ ...ports[0], id: aPort().id })];
    await assert.rejects(store.writeAll(double, insertPort), StoreConflict);
    assert.deepEqual(await store.outbox.takeDirty(), []);
    // Their addresses are free again.
    assert.equal((await store.writeAll(ports, insertPort)).ok, true);
    assert.equal((await seenOf(store, ports)).length, 60);
  });

  testBulks('writes several long lists side by side, and each apart from the other', async (store) => {
    const lists = [somePorts(20), somePorts(20), somePorts(20)];
    const outcomes = await Promise.all(
      lists.map((ports, index) =>
        store.writeAll(ports, async (unit, port) =>
          index === 1 && port === ports[19] ? err('refused') : await insertPort(unit, port),
        ),
      ),
    );
    assert.deepEqual(
      outcomes.map(({ ok: isOk }) => isOk),
      [true, false, true],
    );
    const seen = await Promise.all(lists.map((ports) => seenOf(store, ports)));
    assert.deepEqual(
      seen.map(({ length }) => length),
      [20, 0, 20],
    );
  });

  testStore(subject, 'takes back what a process left of a list when it was killed', async (store, database) => {
    const written = await writeListUntilKilled(database, 40);
    assert.ok(written.length >= 40);
    assert.deepEqual(await store.reader.listIds(portTable, { where: everything }), []);
    const next = await openStore({ database, ...onePartEach });
    await waitFor('the list to be taken back', async () => {
      assert.deepEqual(await store.reader.listIds(portTable, { where: everything }), []);
      const left = await store.write(async (unit) => ok(await unit.listIds(portTable, { where: everything })));
      return left.ok && left.value.length === 0;
    });
    await next.close();
    assert.deepEqual(await store.outbox.takeDirty(), []);
  });
}

/** Ids of those ports that readers see, in every way they can look; in order. */
async function seenOf(store: Store, ports: readonly Port[]): Promise<readonly string[]> {
  const values = ports.map(({ id }) => id);
  const where: Predicate = { kind: 'in', column: 'id', values };
  const { reader } = store;
  const listed = await reader.listIds(portTable, { where });
  const found = await Promise.all(values.map((id) => reader.find(portTable, id)));
  const paged: Port[] = [];
  for await (const page of reader.pages(portTable, { where }, 7)) paged.push(...page);
  const entities = [
    paged,
    found.filter((port) => port !== undefined),
    await reader.list(portTable, { where }),
    await store.snapshot((snapshot) => snapshot.list(portTable, { where })),
  ];
  for (const some of entities) assert.deepEqual(some.map(({ id }) => id).toSorted(), listed);
  return listed;
}

/** Kills the child when so many items of its list were written; returns their ids. */
async function writeListUntilKilled(database: string, enough: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bulk-child.ts'), database], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const written: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    written.push(line);
    if (written.length === enough) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  assert.equal(signal, 'SIGKILL', 'the writing process ended by itself');
  return written;
}
