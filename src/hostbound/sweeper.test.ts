import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds, ok, silentLog, waitFor } from '../base/index.ts';
import { deleteRow, insertRow } from '../kit/index.ts';
import { networkTable, type Port, portTable, subnetTable } from '../resources/index.ts';
import { prefix } from '../resources/testing/builders.ts';
import type { Binding } from '../store/index.ts';
import { address, aNetwork, aPort, aSubnet } from '../store/testing/builders.ts';
import { Sweeper } from './sweeper.ts';
import { withPlace } from './testing/place.ts';

const day = 24 * 60 * 60 * 1_000;
const now = 10 * day;

function bound({ id, networkId }: Port, text: string, seenAt = now): Binding {
  return { networkId, address: address(text), portId: id, kind: 'learned', grantedAt: 1, seenAt };
}

test('bindings end when their port is plugged nowhere for a day, and when no guest may make such addresses any more', () =>
  withPlace(async ({ store, commit }) => {
    const network = aNetwork();
    const [kept, gone] = ['2001:db8:1::/64', '2001:db8:2::/64'].map((cidr) =>
      aSubnet({ networkId: network.id, cidr: prefix(cidr) }),
    );
    assert.ok(kept && gone);
    const [plugged, down] = [aPort({ networkId: network.id }), aPort({ networkId: network.id })];
    await commit([
      insertRow(networkTable, network),
      ...[kept, gone].map((subnet) => insertRow(subnetTable, subnet)),
      ...[plugged, down].map((port) => insertRow(portTable, port)),
    ]);
    // More than are looked at in one go.
    const many = Array.from({ length: 600 }, (_, index) => bound(down, `fe80::5:${index.toString(16)}`));
    await store.write(async ({ observed }) => {
      await observed.setWired([{ portId: plugged.id, host: 'h1', revision: 1 }]);
      const old = now - day - 1;
      await observed.bindings.bind([
        bound(plugged, '2001:db8:1::a', old),
        bound(down, '2001:db8:1::b', old),
        bound(down, '2001:db8:1::c', now - day / 2),
        bound(plugged, '2001:db8:2::a'),
        ...many,
      ]);
      return ok(undefined);
    });
    await commit([deleteRow(subnetTable, gone.id)]);
    await store.outbox.acknowledge(await store.outbox.takeDirty());
    const clock = manualClock(now);
    const sweeper = new Sweeper({ store, clock, log: silentLog });
    sweeper.start();
    const left = async () => {
      const bindings = await store.reader.observed.bindings.of([plugged.id, down.id]);
      return new Set(bindings.map((binding) => binding.address.value));
    };
    // The clock starts only what is due: the pause after a page begins when the page is done.
    await waitFor('the sweep', async () => {
      clock.advance(milliseconds(60_000));
      return (await left()).size === many.length + 2;
    });
    await sweeper.stop();
    const expected = [...many, bound(plugged, '2001:db8:1::a'), bound(down, '2001:db8:1::c')];
    assert.deepEqual(await left(), new Set(expected.map((binding) => binding.address.value)));
    const keys = (await store.outbox.takeDirty()).map(({ kind, id }) => `${kind} ${id}`);
    assert.deepEqual(new Set(keys), new Set([plugged, down].map(({ id }) => `port ${id}`)));
  }));
