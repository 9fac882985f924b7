import assert from 'node:assert/strict';
import { ok } from '../../base/index.ts';
import { deleteRow, insertRow } from '../../kit/index.ts';
import { type Port, portTable } from '../../resources/index.ts';
import type { HostWiring, ObservedWriter, Store } from '../index.ts';
import { address, aPort } from './builders.ts';
import type { ContractSubject } from './contract-subject.ts';
import { commit, testStore } from './with-store.ts';

/** What is observed of ports: newest wins, nothing outlives its port. */
export function observedContract(subject: ContractSubject): void {
  testStore(subject, 'puts together what OVN and the hosts say of a port', async (store) => {
    const [port, gone] = [aPort(), aPort()];
    await commit(store, [insertRow(portTable, port)]);
    await record(store, async (observed) => {
      await observed.setForwarding([port, gone].map(({ id }) => ({ portId: id, isUp: true, chassis: 'h1' })));
      assert.deepEqual(await observed.setWired([wiring('h1', port, 5), wiring('h2', gone, 4)]), [port.id]);
      assert.deepEqual(await observed.setWired([wiring('h1', port, 4)]), []);
    });
    assert.deepEqual(await store.reader.observed.wiredBy('h1'), [port.id]);
    assert.deepEqual(await store.reader.observed.wiredBy('h2'), []);
    const wirings = [{ host: 'h1', revision: 5 }];
    const expected = [{ portId: port.id, isUp: true, chassis: 'h1', wirings }];
    assert.deepEqual(await store.reader.observed.portStates(), expected);
    assert.deepEqual(await store.reader.observed.portStates([port.id, gone.id]), expected);
    assert.deepEqual(await store.reader.observed.portStates([]), []);
    const cleared = await store.write(async (unit) => ok(await unit.observed.clearWired('h1')));
    assert.deepEqual(cleared, ok([port.id]));
    assert.deepEqual((await store.reader.observed.portStates())[0]?.wirings, []);
    await commit(store, [deleteRow(portTable, port.id)]);
    assert.deepEqual(await store.reader.observed.portStates(), []);
  });

  testStore(subject, 'keeps leases until they expire, and the last word on drops', async (store) => {
    const port = aPort();
    const portId = port.id;
    await commit(store, [insertRow(portTable, port)]);
    const lease = (text: string, expiresAt: number) => ({
      portId,
      address: address(text),
      clientDuid: '0001',
      identityAssociation: 0xffffffff,
      expiresAt,
    });
    const ending = 1_800_000_000_000;
    await record(store, async (observed) => {
      await observed.setLeases([lease('2001:db8::1', ending), lease('2001:db8::2', ending + 10)], ending - 1);
      await observed.setLeases([lease('2001:db8::2', ending + 20)], ending);
      await observed.setDrops([{ portId, reason: 'ra-guard', packets: 3 }]);
      await observed.setDrops([{ portId, reason: 'ra-guard', packets: 4 }]);
    });
    const { observed } = store.reader;
    assert.deepEqual(await observed.leases(portId), [lease('2001:db8::2', ending + 20)]);
    assert.deepEqual(await observed.drops(portId), [{ portId, reason: 'ra-guard', packets: 4 }]);
  });

  testStore(subject, 'takes the last of what comes twice at once, for any number of ports', async (store) => {
    const ports = Array.from({ length: 300 }, () => aPort());
    await commit(
      store,
      ports.map((entity) => insertRow(portTable, entity)),
    );
    const { observed } = store.reader;
    await record(store, async (writer) => {
      const wirings = ports.map((port) => wiring('h1', port, 7));
      assert.equal((await writer.setWired([...wirings, ...wirings])).length, 300);
      const drops = ports.map(({ id }, index) => ({ portId: id, reason: 'rogue-ra', packets: index }));
      await writer.setDrops([...drops.map((drop) => ({ ...drop, packets: 1_000 })), ...drops]);
    });
    assert.equal((await observed.wiredBy('h1')).length, 300);
    const last = ports.at(-1)?.id ?? aPort().id;
    assert.deepEqual(await observed.drops(last), [{ portId: last, reason: 'rogue-ra', packets: 299 }]);
  });
}

function wiring(host: string, { id }: Port, revision: number): HostWiring {
  return { host, portId: id, revision };
}

async function record(store: Store, work: (observed: ObservedWriter) => Promise<void>): Promise<void> {
  await store.write(async (unit) => ok(await work(unit.observed)));
}
