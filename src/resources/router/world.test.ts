import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScopedReader } from '../resource.ts';
import { aContext, aPort, aRouter } from '../testing/builders.ts';
import { readInterfaceWorld, readRouterWorld } from './world.ts';

const router = aRouter();
const own = aPort({ deviceOwner: 'network:router_interface', deviceId: router.id });
const guest = aPort({ networkId: own.networkId });

/** A world of one router with one port, beside a guest; the caller sees neither. Counts how often all ids are read. */
function aReader(): ScopedReader & { idReads(): number } {
  let reads = 0;
  const ports = [own, guest];
  return {
    find: async () => undefined,
    findVisible: async () => undefined,
    list: async ({ name }) => (name === 'ports' ? [own] : []) as never,
    async listIds() {
      reads += 1;
      return ports.map(({ id }) => id) as never;
    },
    claimed: async () => [],
    claimedBetween: async () => [],
    idReads: () => reads,
  };
}

test('reads the neighbours of a router for a change that they hear of, and for no other', async () => {
  const reader = aReader();
  assert.deepEqual((await readRouterWorld(reader, router.id, { name: 'other' })).neighbours, []);
  assert.deepEqual((await readRouterWorld(reader, router.id)).neighbours, []);
  assert.equal(reader.idReads(), 0);
  assert.deepEqual((await readRouterWorld(reader, router.id, { adminStateUp: false })).neighbours, [own.id, guest.id]);
});

test('finds who hears of an interface that goes, also when the caller sees neither port nor subnet', async () => {
  const world = await readInterfaceWorld(aReader(), router.id, { portId: own.id }, aContext());
  assert.deepEqual(world.neighbours, [own.id, guest.id]);
});
