import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds, ok, systemClock } from '../base/index.ts';
import type { LeaseRecord, Store } from '../store/index.ts';
import { address, aNetwork } from '../store/testing/builders.ts';
import { Recorder } from './recorder.ts';
import { aPortOn, insert, withPlace } from './testing/place.ts';

/** A store that counts, for each unit of work, the rows of leases and seen addresses that it is given. */
function counting(store: Store, units: number[]): Store {
  return {
    ...store,
    write: (work) =>
      store.write((unit) => {
        const index = units.push(0) - 1;
        const count = (rows: number) => {
          units[index] = (units[index] ?? 0) + rows;
        };
        const { observed } = unit;
        return work({
          ...unit,
          observed: {
            ...observed,
            setLeases(leases, now) {
              count(leases.length);
              return observed.setLeases(leases, now);
            },
            bindings: {
              ...observed.bindings,
              see(addresses, now) {
                count(addresses.length);
                return observed.bindings.see(addresses, now);
              },
            },
          },
        });
      }),
  };
}

test('what a host has much to say of is written in units of some hundred rows, and others are not behind all of it', () =>
  withPlace(async ({ store, commit }) => {
    const network = aNetwork();
    const ports = Array.from({ length: 40 }, () => aPortOn(network, 'h1'));
    const small = aPortOn(network, 'h2');
    await commit(insert(network, ...ports, small));
    const addresses = Array.from({ length: 50 }, (_, index) => address(`2001:db8:1::${index + 1}`));
    const seen = ports.flatMap(({ id }) => addresses.map((its) => ({ portId: id, address: its })));
    const leases = ports.flatMap(({ id }): readonly LeaseRecord[] =>
      addresses.map((its) => ({
        ...{ portId: id, address: its, clientDuid: '0001', identityAssociation: 1 },
        expiresAt: Date.now() + 60_000,
      })),
    );
    const units: number[] = [];
    const recorder = new Recorder({ store: counting(store, units), clock: systemClock, onWiring: () => {} });
    const done: string[] = [];
    await Promise.all([
      recorder.record({ kind: 'reported', host: 'h1', report: { leases, seen, drops: [] } }).then(() => {
        done.push('h1');
      }),
      recorder
        .record({ kind: 'wired', host: 'h2', wirings: [{ portId: small.id, host: 'h2', revision: 1 }] })
        .then(() => {
          done.push('h2');
        }),
    ]);
    assert.deepEqual(done, ['h2', 'h1']);
    assert.ok(Math.max(...units) <= 500, `units of ${units.join(', ')} rows`);
    for (const { id } of ports) assert.equal((await store.reader.observed.leases(id)).length, addresses.length);
  }));

test('a bound address is seen when its host reports it, and when its port is unplugged', () =>
  withPlace(async ({ store, commit }) => {
    const network = aNetwork();
    const port = aPortOn(network, 'h1');
    await commit(insert(network, port));
    const [one, two] = ['fe80::1', 'fe80::2'].map((text) => ({ portId: port.id, address: address(text) }));
    assert.ok(one && two);
    await store.write(async ({ observed }) => {
      const rest = { networkId: network.id, kind: 'learned', grantedAt: 1, seenAt: 1 } as const;
      return ok(await observed.bindings.bind([one, two].map((owned) => ({ ...owned, ...rest }))));
    });
    const clock = manualClock();
    const recorder = new Recorder({ store, clock, onWiring: () => {} });
    const seenAt = async () => (await store.reader.observed.bindings.of([port.id])).map((binding) => binding.seenAt);
    clock.advance(milliseconds(1_000));
    const first = clock.now();
    await recorder.record({ kind: 'reported', host: 'h1', report: { leases: [], seen: [two], drops: [] } });
    assert.deepEqual(await seenAt(), [1, first]);
    clock.advance(milliseconds(1_000));
    await recorder.record({ kind: 'unwired', host: 'h1', portIds: [port.id] });
    assert.deepEqual(await seenAt(), [clock.now(), clock.now()]);
  }));
