import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPortIntent, aUuid } from '../firsthop/testing/intents.ts';
import { NetworkFlows } from './network-flows.ts';
import { type ServedPort, uuidCookie } from './plan.ts';

const [red, blue] = [aUuid(100), aUuid(101)];

function aServedPort(number: number, networkId = red): ServedPort {
  const intent = aPortIntent({ portId: aUuid(number), networkId });
  const plugged = { portId: intent.portId, interfaceName: 'tap', attachedMac: undefined, openFlowPort: number };
  return { intent, plugged, cookie: uuidCookie(intent.portId), guestPort: number, patchPort: 0x8000 + number };
}

function aSwitch() {
  const held = new Map<bigint, readonly string[]>();
  const networks = new NetworkFlows({
    flows: { set: (cookie, flows) => held.set(cookie, flows), remove: (cookie) => held.delete(cookie) },
    compile: (ports, cookie) => [`cookie=${cookie},ports=${ports.map(({ guestPort }) => guestPort).join('+')}`],
  });
  return { held, networks };
}

test('has each network described by all of its ports, and none without a port', () => {
  const { held, networks } = aSwitch();
  networks.follow([aServedPort(1), aServedPort(2), aServedPort(3, blue)]);
  assert.deepEqual(
    [...held],
    [
      [uuidCookie(red), [`cookie=${uuidCookie(red)},ports=1+2`]],
      [uuidCookie(blue), [`cookie=${uuidCookie(blue)},ports=3`]],
    ],
  );
  networks.follow([aServedPort(2)]);
  assert.deepEqual([...held], [[uuidCookie(red), [`cookie=${uuidCookie(red)},ports=2`]]]);
  networks.follow([]);
  assert.equal(held.size, 0);
});

test('is not in place while the switch refuses a network’s flows', () => {
  const { networks } = aSwitch();
  networks.follow([aServedPort(1)]);
  networks.settle(new Map([[uuidCookie(red), { kind: 'refused', detail: 'no' }]]));
  assert.equal(networks.isInPlace, false);
  networks.settle(new Map());
  assert.equal(networks.isInPlace, true);
});
