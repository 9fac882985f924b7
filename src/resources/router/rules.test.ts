import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aContext, aPort, aRouter, succeed } from '../testing/builders.ts';
import { decideUpdate } from './rules.ts';

test('has its networks, each once, looked at again for its administrative state, and for nothing else', () => {
  const router = aRouter();
  const own = aPort({ deviceOwner: 'network:router_interface', deviceId: router.id });
  const world = { ports: [own, aPort({ ...own, id: aPort().id })], subnets: [] };
  const dirty = (input: Parameters<typeof decideUpdate>[1]) =>
    succeed(decideUpdate(router, input, world, aContext())).dirty;
  assert.deepEqual(dirty({ name: 'other', adminStateUp: true }), [{ kind: 'router', id: router.id }]);
  assert.deepEqual(dirty({ adminStateUp: false }), [
    { kind: 'router', id: router.id },
    { kind: 'network', id: own.networkId },
  ]);
});
