import assert from 'node:assert/strict';
import { ok } from '../../base/index.ts';
import { deleteRow, insertRow } from '../../kit/index.ts';
import { type Port, portTable } from '../../resources/index.ts';
import type { Binding, BindingWriter, Store } from '../index.ts';
import { address, aPort } from './builders.ts';
import type { ContractSubject } from './contract-subject.ts';
import { commit, testStore } from './with-store.ts';

/** The binding table: an address of a network is one port's, and goes with it. */
export function bindingsContract(subject: ContractSubject): void {
  testStore(subject, 'binds an address of a network to one port, until that port is deleted', async (store) => {
    const { networkId } = aPort();
    const [port, other] = [aPort({ networkId }), aPort({ networkId })];
    const elsewhere = aPort();
    await insert(store, [port, other, elsewhere]);
    const [mine, theirs] = [bound(port, 'fe80::1'), bound(other, 'fe80::2')];
    const [alike] = [bound(elsewhere, 'fe80::1')];
    await record(store, (bindings) => bindings.bind([mine, theirs, alike]));
    const { bindings } = store.reader.observed;
    assert.deepEqual(await bindings.of([port.id]), [mine]);
    assert.deepEqual(await bindings.of([]), []);
    const asked = [mine, bound(port, 'fe80::2'), bound(port, 'fe80::3')];
    assert.deepEqual(new Set(await bindings.held(asked)), new Set([mine, theirs]));
    await assert.rejects(record(store, (writer) => writer.bind([bound(other, 'fe80::1')])));
    await commit(store, [deleteRow(portTable, port.id)]);
    await record(store, (writer) => writer.bind([bound(other, 'fe80::1')]));
    assert.deepEqual(await bindings.of([other.id]), [bound(other, 'fe80::1'), theirs]);
    assert.deepEqual(await bindings.of([elsewhere.id]), [alike]);
  });

  testStore(subject, 'ends bindings, and notes when addresses were last seen', async (store) => {
    const [port, other] = [aPort(), aPort()];
    await insert(store, [port, other]);
    const [one, two, three] = [bound(port, 'fe80::1'), bound(port, 'fe80::2'), bound(other, 'fe80::3')];
    const { bindings } = store.reader.observed;
    const seen = async () => (await bindings.of([port.id, other.id])).map(({ seenAt }) => seenAt).sort();
    await record(store, async (writer) => {
      await writer.bind([one, two, three]);
      await writer.see([one, { portId: port.id, address: address('fe80::9') }], 30);
      await writer.see([one], 20);
    });
    assert.deepEqual(await seen(), [10, 10, 30], 'what was seen later stays');
    await record(store, (writer) => writer.seeAllOf([port.id], 40));
    assert.deepEqual(await seen(), [10, 40, 40]);
    const ended = await store.write(async (unit) =>
      ok(await unit.observed.bindings.unbind([one, bound(port, 'fe80::9')])),
    );
    assert.deepEqual(ended, ok([{ ...one, seenAt: 40 }]));
    assert.deepEqual(await bindings.of([port.id]), [{ ...two, seenAt: 40 }]);
  });

  testStore(subject, 'goes along all bindings in pages', async (store) => {
    const port = aPort();
    await insert(store, [port]);
    const all = Array.from({ length: 25 }, (_, index) => bound(port, `2001:db8::${index.toString(16)}`));
    await record(store, (writer) => writer.bind(all));
    const found: Binding[] = [];
    for (;;) {
      const page = await store.reader.observed.bindings.after(found.at(-1), 10);
      if (page.length === 0) break;
      found.push(...page);
    }
    assert.equal(found.length, all.length);
    assert.deepEqual(new Set(found), new Set(all));
  });
}

function bound({ id, networkId }: Port, text: string): Binding {
  return { networkId, address: address(text), portId: id, kind: 'learned', grantedAt: 5, seenAt: 10 };
}

async function insert(store: Store, ports: readonly Port[]): Promise<void> {
  await commit(
    store,
    ports.map((port) => insertRow(portTable, port)),
  );
}

async function record(store: Store, work: (bindings: BindingWriter) => Promise<unknown>): Promise<void> {
  await store.write(async (unit) => ok(await work(unit.observed.bindings)));
}
