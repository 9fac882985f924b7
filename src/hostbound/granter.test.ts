import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok, silentLog, systemClock, waitFor } from '../base/index.ts';
import type { Port } from '../resources/index.ts';
import { type Store, StoreUnavailable } from '../store/index.ts';
import { address, aNetwork } from '../store/testing/builders.ts';
import type { Ask } from './ask.ts';
import { type Asker, type ClaimAnswers, Granter } from './granter.ts';
import { aPortOn, insert, type Place, withPlace } from './testing/place.ts';

/** A session that notes its answers, and the order in which they came. */
function asker(host: string, order: string[], onAnswer: () => void = () => {}) {
  const heard: ClaimAnswers[] = [];
  const session: Asker & { readonly heard: readonly ClaimAnswers[] } = {
    host,
    isOver: false,
    heard,
    answer(answers) {
      heard.push(answers);
      order.push(host);
      onAnswer();
    },
  };
  return session;
}

function claims(port: Port, count: number): readonly Ask[] {
  return Array.from({ length: count }, (_, index) => ({
    ...({ kind: 'claim', host: port.hostId, portId: port.id } as const),
    address: address(`fe80::7:${index.toString(16)}`),
  }));
}

async function aCloud(place: Place, hosts: readonly string[]): Promise<readonly Port[]> {
  const network = aNetwork();
  const ports = hosts.map((host) => aPortOn(network, host));
  await place.commit(insert(network, ...ports));
  return ports;
}

/** Counts the addresses that each unit of work looks up. */
function counting(store: Store, units: number[]): Store {
  return {
    ...store,
    write: (work) =>
      store.write((unit) => {
        const { observed } = unit;
        const held: typeof observed.bindings.held = (addresses) => {
          units.push(addresses.length);
          return observed.bindings.held(addresses);
        };
        return work({ ...unit, observed: { ...observed, bindings: { ...observed.bindings, held } } });
      }),
  };
}

test('a host that floods waits itself, and others have their answer after a unit or two', () =>
  withPlace(async (place) => {
    const [noisy, calm] = await aCloud(place, ['h1', 'h2']);
    assert.ok(noisy && calm);
    const units: number[] = [];
    const granter = new Granter({ store: counting(place.store, units), clock: systemClock, log: silentLog });
    const order: string[] = [];
    const two = asker('h2', order);
    let isThrough = false;
    const one = asker('h1', order, () => {
      if (order.length !== 3) return;
      assert.equal(isThrough, false, 'it may ask no more before most of that is worked off');
      void granter.ask(two, claims(calm, 20));
    });
    await granter.ask(one, claims(noisy, 5_000)).then(() => {
      isThrough = true;
    });
    await waitFor('the other answer', () => two.heard.length > 0);
    assert.ok(order.indexOf('h2') <= 4, `${order.indexOf('h2')} answers came before`);
    await granter.stop();
    assert.ok(Math.max(...units) <= 256, `units of ${units.join(', ')} claims`);
  }));

test('claims that the database does not take are forgotten, and answered when they come again', () =>
  withPlace(async (place) => {
    const [port] = await aCloud(place, ['h1']);
    assert.ok(port);
    let isReadOnly = true;
    const store: Store = {
      ...place.store,
      write: (work) => {
        if (isReadOnly) throw new StoreUnavailable(new Error('it can only be read'));
        return place.store.write(work);
      },
    };
    const granter = new Granter({ store, clock: systemClock, log: silentLog });
    const order: string[] = [];
    const one = asker('h1', order);
    await granter.ask(one, claims(port, 1));
    await granter.stop();
    assert.deepEqual(order, []);
    isReadOnly = false;
    await granter.ask(one, claims(port, 1));
    await waitFor('the answer', () => order.length === 1);
    assert.deepEqual(one.heard, [{ refusals: [], known: [] }]);
    assert.equal((await place.store.reader.observed.bindings.of([port.id])).length, 1);
  }));

test('a claim that was granted by a controller which died before it said so is granted again', () =>
  withPlace(async (place) => {
    const [port] = await aCloud(place, ['h1']);
    assert.ok(port);
    const dying: Store = {
      ...place.store,
      async write(work) {
        await place.store.write(work);
        throw new StoreUnavailable(new Error('the connection is lost'), { isOutcomeUnknown: true });
      },
    };
    const order: string[] = [];
    const one = asker('h1', order);
    const first = new Granter({ store: dying, clock: systemClock, log: silentLog });
    await first.ask(one, claims(port, 1));
    await first.stop();
    assert.deepEqual(order, []);
    const next = new Granter({ store: place.store, clock: systemClock, log: silentLog });
    await next.ask(one, claims(port, 1));
    await waitFor('the answer', () => order.length === 1);
    assert.deepEqual(one.heard, [{ refusals: [], known: [port.id] }]);
  }));

test('what can not be decided for one host is decided for all others', () =>
  withPlace(async (place) => {
    const [broken, sound] = await aCloud(place, ['h1', 'h2']);
    assert.ok(broken && sound);
    const store: Store = {
      ...place.store,
      write: (work) =>
        place.store.write((unit) =>
          work({
            ...unit,
            async list(table, query) {
              const rows = await unit.list(table, query);
              if (rows.some(({ id }) => id === broken.id)) throw new Error('a row that can not be read');
              return rows;
            },
          }),
        ),
    };
    const granter = new Granter({ store, clock: systemClock, log: silentLog });
    const order: string[] = [];
    const [one, two] = [asker('h1', order), asker('h2', order)];
    await Promise.all([granter.ask(one, claims(broken, 2)), granter.ask(two, claims(sound, 2))]);
    await waitFor('the answer', () => order.length > 0);
    assert.deepEqual(order, ['h2']);
    const { value } = (await place.store.write(async (unit) => ok(await unit.observed.bindings.of([sound.id])))) as {
      readonly value: readonly unknown[];
    };
    assert.equal(value.length, 2);
  }));

test('a session that ends while much of it waits keeps nobody waiting', () =>
  withPlace(async (place) => {
    const [port] = await aCloud(place, ['h1']);
    assert.ok(port);
    const granter = new Granter({ store: place.store, clock: systemClock, log: silentLog });
    const one = { ...asker('h1', []), isOver: true };
    await granter.ask(one, claims(port, 5_000));
    const two = asker('h1', []);
    const asking = granter.ask(two, claims(port, 5_000));
    await granter.stop();
    await asking;
    assert.ok((await place.store.reader.observed.bindings.of([port.id])).length <= 16);
  }));
