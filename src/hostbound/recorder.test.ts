import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid, systemClock } from '../base/index.ts';
import type { SecurityGroupId } from '../resources/index.ts';
import type { LeaseRecord, Store } from '../store/index.ts';
import { address, aNetwork } from '../store/testing/builders.ts';
import { Recorder } from './recorder.ts';
import { aPortOn, insert, withPlace } from './testing/place.ts';

/** A store that counts, for each unit of work, the rows of leases and learned addresses that it is given. */
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
            setLearned(ports) {
              count(ports.reduce((sum, { addresses }) => sum + addresses.length, 0));
              return observed.setLearned(ports);
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
    const learned = ports.map(({ id }) => ({ portId: id, addresses }));
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
      recorder.record({ kind: 'reported', host: 'h1', report: { leases, learned, drops: [] } }).then(() => {
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
    for (const { id } of ports) {
      assert.equal((await store.reader.observed.leases(id)).length, addresses.length);
      assert.equal((await store.reader.observed.learned(id)).length, addresses.length);
    }
  }));

test('an address that came or went leaves a key for the groups of its port, and what is only repeated leaves none', () =>
  withPlace(async ({ store, commit }) => {
    const network = aNetwork();
    const [group, other] = [newUuid() as SecurityGroupId, newUuid() as SecurityGroupId];
    const grouped = { ...aPortOn(network, 'h1'), securityGroupIds: [group, other] };
    const alone = aPortOn(network, 'h1');
    await commit(insert(network, grouped, alone));
    const recorder = new Recorder({ store, clock: systemClock, onWiring: () => {} });
    const keysOf = async (...texts: readonly string[]) => {
      await store.outbox.acknowledge(await store.outbox.takeDirty());
      const addresses = texts.map(address);
      const learned = [grouped, alone].map(({ id }) => ({ portId: id, addresses }));
      await recorder.record({ kind: 'reported', host: 'h1', report: { leases: [], learned, drops: [] } });
      return new Set((await store.outbox.takeDirty()).map(({ kind, id }) => `${kind} ${id}`));
    };
    const both = new Set([group, other].map((id) => `security-group-addresses ${id}`));
    assert.deepEqual(await keysOf('2001:db8:1::a', '2001:db8:1::b'), both);
    assert.deepEqual(await keysOf('2001:db8:1::a', '2001:db8:1::b'), new Set());
    assert.deepEqual(await keysOf('2001:db8:1::a'), both);
    const portIds = [grouped.id, alone.id];
    const wirings = [{ portId: alone.id, host: 'h2', revision: 1 }];
    await recorder.record({ kind: 'wired', host: 'h2', wirings });
    await recorder.record({ kind: 'unwired', host: 'h1', portIds, isUnplugged: false });
    assert.equal((await store.reader.observed.learned(grouped.id)).length, 1);
    await recorder.record({ kind: 'unwired', host: 'h1', portIds, isUnplugged: true });
    const learned = await Promise.all(portIds.map((id) => store.reader.observed.learned(id)));
    assert.deepEqual(learned, [[], [address('2001:db8:1::a')]], 'the other one was moved to another host');
  }));
