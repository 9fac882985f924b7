import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds } from '../../base/index.ts';
import { anAddress, aPortIntent } from '../../firsthop/testing/intents.ts';
import { Probes } from './probes.ts';

const intent = aPortIntent();
const { portId } = intent;
const plugged = { portId, interfaceName: 'tap1', attachedMac: undefined, openFlowPort: 1 };
const port = { intent, plugged, cookie: 7n, guestPort: 1, patchPort: 0x8000 };
const [first, second] = [anAddress('2001:db8:0:1::1'), anAddress('2001:db8:0:1::2')];

function aGuest() {
  const clock = manualClock();
  let sent = 0;
  const probes = new Probes({ clock, sendToGuest: () => sent++ });
  const pass = async (time: number) => {
    clock.advance(milliseconds(time));
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { probes, pass, sent: () => sent };
}

test('asks thrice, and counts in how many tries the guest has answered', async () => {
  const { probes, pass, sent } = aGuest();
  const answers = probes.ask(port, [first, second]);
  probes.hear(portId, first);
  probes.hear(portId, first);
  await pass(100);
  probes.hear(portId, first);
  await pass(100);
  await pass(100);
  assert.deepEqual(
    [...(await answers)],
    [
      ['2001:db8:0:1::1', 2],
      ['2001:db8:0:1::2', 0],
    ],
  );
  assert.equal(sent(), 6);
  probes.hear(portId, first);
});

test('ends as soon as the guest has answered for the address that matters', async () => {
  const { probes, sent } = aGuest();
  const answers = probes.ask(port, [first, second], second);
  probes.hear(portId, first);
  probes.hear(portId, second);
  assert.deepEqual(
    [...(await answers)],
    [
      ['2001:db8:0:1::1', 1],
      ['2001:db8:0:1::2', 1],
    ],
  );
  assert.equal(sent(), 2);
});
