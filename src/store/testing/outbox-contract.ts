import assert from 'node:assert/strict';
import { milliseconds, ok, waitFor } from '../../base/index.ts';
import type { Key } from '../../kit/index.ts';
import { openStore, type Store } from '../index.ts';
import type { ContractSubject } from './contract-subject.ts';
import { commit, testStore } from './with-store.ts';

const one: Key = { kind: 'port', id: 'one' };
const two: Key = { kind: 'port', id: 'two' };
const network: Key = { kind: 'network', id: 'one' };

/** Keys: in the transaction of their change, once for each revision, until they are acknowledged. */
export function outboxContract(subject: ContractSubject): void {
  testStore(subject, 'keeps a key for each revision that touched it, oldest first', async (store) => {
    await touch(store, one, one, network);
    await touch(store, two);
    await touch(store, one);
    assert.deepEqual(await store.outbox.takeDirty(), [
      { ...network, revision: 1 },
      { ...one, revision: 1 },
      { ...two, revision: 2 },
      { ...one, revision: 3 },
    ]);
    assert.deepEqual(await store.outbox.takeDirty(2), [{ ...one, revision: 3 }]);
  });

  testStore(subject, 'forgets a key that is acknowledged, unless it changed meanwhile', async (store, database) => {
    await touch(store, one, two);
    const taken = await store.outbox.takeDirty();
    await touch(store, two);
    await store.outbox.acknowledge(taken);
    assert.deepEqual(await store.outbox.takeDirty(), [{ ...two, revision: 2 }]);
    const other = await openStore({ database });
    assert.deepEqual(await other.outbox.takeDirty(), [{ ...two, revision: 2 }]);
    await other.close();
  });

  testStore(subject, 'takes more keys than a statement has room for', async (store) => {
    const many = Array.from({ length: 12_000 }, (_, index): Key => ({ kind: 'port', id: `port ${index}` }));
    await touch(store, ...many);
    const taken = await store.outbox.takeDirty();
    assert.equal(taken.length, many.length);
    await store.outbox.acknowledge(taken);
    assert.deepEqual(await store.outbox.takeDirty(), []);
  });

  testStore(subject, 'tells those who follow along what changed, acknowledged or not', async (store) => {
    await touch(store, one, two);
    await touch(store, one);
    await store.outbox.acknowledge(await store.outbox.takeDirty());
    assert.deepEqual(await store.outbox.changesSince(0), {
      keys: [
        { ...two, revision: 1 },
        { ...one, revision: 2 },
      ],
      revision: 2,
    });
    assert.deepEqual(await store.outbox.changesSince(2), { keys: [], revision: 2 });
  });

  testStore(subject, 'tells of many changes each thing once, with its newest revision', async (store) => {
    const many = Array.from({ length: 600 }, (_, index): Key => ({ kind: 'port', id: `port ${1_000 + index}` }));
    const [first, ...others] = many;
    assert.ok(first);
    await touch(store, ...many);
    await touch(store, first);
    assert.deepEqual(await store.outbox.changesSince(0), {
      keys: [...others.map((key) => ({ ...key, revision: 1 })), { ...first, revision: 2 }],
      revision: 2,
    });
  });

  testStore(
    subject,
    'tells listeners of every commit, and those of another process by looking',
    async (store, database) => {
      const other = await openStore({ database, pollInterval: milliseconds(10) });
      const [here, there]: [number[], number[]] = [[], []];
      store.onCommit((revision) => here.push(revision));
      other.onCommit((revision) => there.push(revision));
      await touch(store, one);
      assert.deepEqual(here, [1]);
      await waitFor('the other to see it', () => there.includes(1));
      await commit(store, []);
      assert.deepEqual(here, [1]);
      await other.close();
    },
  );
}

async function touch(store: Store, ...keys: readonly Key[]): Promise<void> {
  await store.write(async (unit) => ok(await unit.apply([], keys)));
}
