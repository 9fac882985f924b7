import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Milliseconds, milliseconds } from '../../base/index.ts';
import { anAddress, aPortIntent } from '../../firsthop/testing/intents.ts';
import { formatAddress } from '../../ip/index.ts';
import { Usage } from './usage.ts';

const address = anAddress('2001:db8:0:1::7');
const intent = aPortIntent({ boundAddresses: [address] });
const { portId } = intent;
const plugged = { portId, interfaceName: 'tap1', attachedMac: undefined, openFlowPort: 1 };
const port = { intent, plugged, cookie: 7n, guestPort: 1, patchPort: 0x8000 };
const seconds = (count: number) => milliseconds(count * 1_000);
const reading = (packets: number) => ({ port, used: new Map([[formatAddress(address), packets]]), drops: new Map() });

function someUsage(now: Milliseconds) {
  const usage = new Usage();
  usage.serve(port, now);
  return usage;
}

test('tells of an address in use at first, and then every five minutes', () => {
  const usage = someUsage(seconds(0));
  const seen = { portId, addresses: [formatAddress(address)] };
  assert.deepEqual(usage.observe(reading(1), seconds(5)), seen);
  assert.equal(usage.observe(reading(2), seconds(10)), undefined);
  assert.deepEqual(usage.observe(reading(3), seconds(310)), seen);
  assert.equal(usage.observe(reading(3), seconds(700)), undefined);
  assert.equal(usage.lastUsed(portId, address), seconds(310));
});

test('has a guest asked for what it did not use for an hour, thrice, a minute apart, before that is given up', () => {
  const usage = someUsage(seconds(0));
  assert.deepEqual(usage.due(port, seconds(3_599)), []);
  const failures = [3_600, 3_660, 3_720].map((at) => {
    assert.deepEqual(usage.due(port, seconds(at)), [address]);
    const isGivenUp = usage.conclude(portId, address, false, seconds(at));
    assert.deepEqual(usage.due(port, seconds(at + 59)), []);
    return isGivenUp;
  });
  assert.deepEqual(failures, [false, false, true]);
});

test('counts from the start again for an address that its guest has answered for', () => {
  const usage = someUsage(seconds(0));
  usage.conclude(portId, address, false, seconds(3_600));
  usage.hear(portId, address, seconds(3_601));
  assert.deepEqual(usage.due(port, seconds(7_200)), []);
  assert.equal(usage.conclude(portId, address, false, seconds(7_201)), false);
});

test('takes no restart of the switch for use', () => {
  const usage = someUsage(seconds(0));
  usage.observe(reading(9), seconds(5));
  usage.observe(reading(0), seconds(10));
  assert.equal(usage.lastUsed(portId, address), seconds(5));
});
