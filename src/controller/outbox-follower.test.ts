import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { manualClock, milliseconds, ok, silentLog, waitFor } from '../base/index.ts';
import { insertRow, type Key, updateRow } from '../kit/index.ts';
import { keyText } from '../reconcile/index.ts';
import { type Network, networkTable } from '../resources/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { aNetwork } from '../store/testing/builders.ts';
import { OutboxFollower } from './outbox-follower.ts';

async function withStore(body: (store: Store) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'outbox-'));
  const store = await openStore({ database: `sqlite:${join(directory, 'sextant.db')}` });
  try {
    await body(store);
  } finally {
    await store.close();
    await rm(directory, { recursive: true });
  }
}

function keyOf({ id }: Network): Key & { readonly kind: 'network' } {
  return { kind: 'network', id };
}

async function write(store: Store, kind: 'insert' | 'update', entity: Network): Promise<void> {
  const change = (kind === 'insert' ? insertRow : updateRow)(networkTable, entity);
  await store.write(async (unit) => ok(await unit.apply([change], [keyOf(entity)])));
}

function follow(store: Store) {
  const clock = manualClock();
  const heard: string[] = [];
  const onKeys = (keys: readonly Key[]) => heard.push(...keys.map(keyText));
  return { clock, heard, follower: new OutboxFollower({ store, clock, log: silentLog, onKeys }) };
}

function arrived(...settled: readonly Key[]) {
  return { keys: [], settled, operations: 1, at: milliseconds(0) };
}

test('hands out what an earlier process left, then each commit once', () =>
  withStore(async (store) => {
    const [left, fresh] = [aNetwork(), aNetwork()];
    await write(store, 'insert', left);
    const { follower, heard } = follow(store);
    follower.start();
    await waitFor('the key that was left', () => heard.length === 1);
    await write(store, 'insert', fresh);
    await waitFor('the new key', () => heard.length === 2);
    assert.deepEqual(heard, [keyText(keyOf(left)), keyText(keyOf(fresh))]);
    assert.equal(follower.depth, 2);
    await follower.stop();
  }));

test('hands many keys out a few at a time, so that requests have turns in between', () =>
  withStore(async (store) => {
    const networks = Array.from({ length: 600 }, () => aNetwork());
    await store.write(async (unit) => ok(await unit.apply([], networks.map(keyOf))));
    const parts: (readonly Key[])[] = [];
    const onKeys = (keys: readonly Key[]) => parts.push(keys);
    const follower = new OutboxFollower({ store, clock: manualClock(), log: silentLog, onKeys });
    follower.start();
    await waitFor('all keys', () => follower.depth === networks.length);
    assert.deepEqual(
      parts.map(({ length }) => length),
      [250, 250, 100],
    );
    assert.deepEqual(new Set(parts.flat().map(keyText)), new Set(networks.map((one) => keyText(keyOf(one)))));
    await follower.stop();
  }));

test('acknowledges what has arrived, together, and no change that came after it', () =>
  withStore(async (store) => {
    const [one, two] = [aNetwork(), aNetwork()];
    const { follower, heard, clock } = follow(store);
    follower.start();
    await write(store, 'insert', one);
    await write(store, 'insert', two);
    await waitFor('both keys', () => heard.length === 2);
    follower.onConverged(arrived(keyOf(one), keyOf(two)));
    await write(store, 'update', { ...two, revision: 2 });
    await waitFor('the change', () => heard.length === 3);
    assert.equal((await store.outbox.takeDirty()).length, 3, 'nothing is written before the pause is over');
    clock.advance(milliseconds(1_000));
    await waitFor('the acknowledgement', async () => (await store.outbox.takeDirty()).length === 1);
    assert.deepEqual((await store.outbox.takeDirty()).map(keyText), [keyText(keyOf(two))]);
    follower.onConverged(arrived(keyOf(two)));
    await follower.stop();
    assert.deepEqual(await store.outbox.takeDirty(), [], 'stopping writes down what is done');
  }));

test('acknowledges again what could not be written down, also when nothing else changes', () =>
  withStore(async (store) => {
    let failures = 1;
    const acknowledge: Store['outbox']['acknowledge'] = async (keys) => {
      failures -= 1;
      if (failures >= 0) throw new Error('the database is away');
      await store.outbox.acknowledge(keys);
    };
    const one = aNetwork();
    const { follower, heard, clock } = follow({ ...store, outbox: { ...store.outbox, acknowledge } });
    follower.start();
    await write(store, 'insert', one);
    await waitFor('the key', () => heard.length === 1);
    follower.onConverged(arrived(keyOf(one)));
    clock.advance(milliseconds(1_000));
    await waitFor('the failure', () => failures === 0 && follower.depth === 1);
    clock.advance(milliseconds(1_000));
    await waitFor('the acknowledgement', async () => (await store.outbox.takeDirty()).length === 0);
    assert.equal(follower.depth, 0);
    await follower.stop();
  }));

test('keeps one row of a key that does not arrive, however often it changes', () =>
  withStore(async (store) => {
    const one = aNetwork();
    const { follower, heard, clock } = follow(store);
    follower.start();
    await write(store, 'insert', one);
    for (let revision = 2; revision <= 30; revision += 1) await write(store, 'update', { ...one, revision });
    await waitFor('every change', () => heard.length === 30);
    clock.advance(milliseconds(1_000));
    await waitFor('the older rows to go', async () => (await store.outbox.takeDirty()).length === 1);
    assert.equal(follower.depth, 1);
    follower.onConverged(arrived(keyOf(one)));
    await follower.stop();
    assert.deepEqual(await store.outbox.takeDirty(), []);
  }));
