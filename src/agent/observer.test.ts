import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPortIntent } from '../firsthop/testing/intents.ts';
import { Observer } from './first-hop.ts';
import type { ServedPort } from './plan.ts';

const intent = aPortIntent();
const plugged = { portId: intent.portId, interfaceName: 'tap1', attachedMac: undefined, openFlowPort: 1 };
const port: ServedPort = { intent, plugged, cookie: 7n, guestPort: 1, patchPort: 0x8000 };

test('says nothing of a port without flows, as on a switch that has just restarted', () => {
  assert.deepEqual(new Observer([port]).observations(), []);
});

test('a port with flows of which none counts anything is an observation', () => {
  const observer = new Observer([port]);
  const match = new Map([['in_port', '1']]);
  observer.visit({ cookie: 7n, table: 0, priority: 10, packets: 3, match, actions: 'goto_table:10' });
  const [seen, ...others] = observer.observations();
  assert.deepEqual(others, []);
  assert.deepEqual(seen, { port, used: new Map(), drops: new Map(), isPresent: true });
});

test('counts what the meter of the port dropped among its drops, and of no other meter', () => {
  const observer = new Observer([{ ...port, meters: { requests: 1, notices: 0x8000, answers: 0x10001 } }]);
  const counter = { cookie: 7n, table: 94, priority: 10, match: new Map([['reg0', '0x9']]), actions: 'drop' };
  observer.visit({ ...counter, packets: 3 });
  observer.visitMeters(
    new Map([
      [1, 70],
      [2, 8],
      [0x8000, 9],
    ]),
  );
  assert.deepEqual(
    [...(observer.observations()[0]?.drops ?? [])],
    [
      ['rogue-ra', 4],
      ['too-many-requests', 70],
    ],
  );
});
