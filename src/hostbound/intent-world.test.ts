import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertRow, type Key, updateRow } from '../kit/index.ts';
import {
  type Network,
  networkTable,
  portTable,
  type RouterId,
  routerInterfaceOwner,
  routerTable,
} from '../resources/index.ts';
import { aNetwork, aPort } from '../store/testing/builders.ts';
import { IntentWorlds } from './intent-world.ts';
import { aPortOn, insert, keyOf, type Place, withPlace } from './testing/place.ts';

const keysOf = (...networks: readonly Network[]): readonly Key[] => networks.map(({ id }) => ({ kind: 'network', id }));
const routerId = 'f0000000-0000-4000-8000-000000000001' as RouterId;
const { id: _id, ...standard } = aNetwork();
const router = { ...standard, id: routerId, name: '', adminStateUp: true, status: 'ACTIVE', routes: [] } as const;

/** Two networks, each with a port, and a router on the first one. */
async function prepare({ store, commit }: Place) {
  const [red, blue] = [aNetwork(), aNetwork()];
  const [one, two] = [aPortOn(red, 'h1'), aPortOn(blue, 'h1')];
  const attached = aPort({ networkId: red.id, deviceOwner: routerInterfaceOwner, deviceId: routerId });
  const changes = [insertRow(routerTable, router), ...insert(red, one, attached), ...insert(blue, two)];
  await commit(changes, [...keysOf(red, blue), keyOf(one)]);
  const load = (worlds: IntentWorlds) =>
    store.snapshot((snapshot) =>
      worlds.load(snapshot, { portIds: [one.id, two.id], networkIds: [] }, () => Promise.resolve()),
    );
  return { red, blue, one, load };
}

test('keeps networks over changes of ports, and reads a changed one anew with its routers', () =>
  withPlace(async (place) => {
    const { red, blue, one, load } = await prepare(place);
    const worlds = new IntentWorlds((revision) => place.store.outbox.changesSince(revision));
    const read = async () => {
      const { networks, ports, routers } = await load(worlds);
      return {
        networks: [networks.get(red.id), networks.get(blue.id)],
        isPortUp: ports.get(one.id)?.adminStateUp,
        isRouterUp: routers.get(routerId)?.adminStateUp,
      };
    };
    const first = await read();
    await place.commit([updateRow(portTable, { ...one, revision: 2, adminStateUp: false })], [keyOf(one)]);
    const second = await read();
    assert.deepEqual([first.isPortUp, second.isPortUp], [true, false]);
    for (const [index, network] of first.networks.entries()) assert.equal(second.networks[index], network);
    const changed = { ...router, revision: 2, adminStateUp: false };
    await place.commit([updateRow(routerTable, changed)], [{ kind: 'router', id: routerId }, ...keysOf(red)]);
    const third = await read();
    assert.notEqual(third.networks[0], first.networks[0]);
    assert.equal(third.networks[1], first.networks[1]);
    assert.deepEqual([first.isRouterUp, second.isRouterUp, third.isRouterUp], [true, true, false]);
  }));

test('reads a network that is asked for without a port of it', () =>
  withPlace(async ({ store, commit }) => {
    const network = aNetwork({ mtuBytes: 1300 });
    await commit(insert(network), keysOf(network));
    const worlds = new IntentWorlds((revision) => store.outbox.changesSince(revision));
    const topics = { portIds: [], networkIds: [network.id] };
    const world = await store.snapshot((snapshot) => worlds.load(snapshot, topics, () => Promise.resolve()));
    assert.deepEqual([world.networks.get(network.id)?.mtuBytes, world.subnets.get(network.id)?.length], [1300, 1]);
  }));

test('reads all anew when it is not known any more what has changed', () =>
  withPlace(async (place) => {
    const { blue, one, load } = await prepare(place);
    const worlds = new IntentWorlds(() => Promise.resolve(undefined));
    await load(worlds);
    const changed = { ...blue, revision: 2, mtuBytes: 1300 };
    await place.commit([updateRow(networkTable, changed)], [keyOf(one)]);
    const { networks } = await load(worlds);
    assert.equal(networks.get(blue.id)?.mtuBytes, 1300);
  }));
