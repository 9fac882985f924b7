import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, manualClock, milliseconds } from '../base/index.ts';
import { aPortIntent } from '../firsthop/testing/intents.ts';
import { Advertiser } from './advertiser.ts';
import type { ServedPort } from './plan.ts';

const minute = milliseconds(60_000);

function aServedPort(given: Partial<ServedPort> = {}): ServedPort {
  const intent = given.intent ?? aPortIntent();
  const plugged = { portId: intent.portId, interfaceName: 'tap1', attachedMac: undefined, openFlowPort: 1 };
  return { intent, plugged, cookie: 1n, guestPort: 1, patchPort: 0x8000, ...given };
}

/** Counts what is sent; the frame is the intent's MTU, so that a test makes news by changing it. */
function anAdvertiser(clock: Clock) {
  const sentAt: number[] = [];
  const advertiser = new Advertiser({
    clock,
    random: () => 0.5,
    compose: ({ intent }) => (intent.routers.length > 0 ? [Uint8Array.of(intent.mtuBytes & 0xff)] : []),
    farewell: () => [],
    send: () => sentAt.push(clock.now() / 1000),
  });
  return { advertiser, sentAt };
}

test('advertises at once, soon after, and then at long intervals', () => {
  const clock = manualClock();
  const { advertiser, sentAt } = anAdvertiser(clock);
  advertiser.serve(aServedPort());
  clock.advance(milliseconds(15 * minute));
  assert.deepEqual(sentAt, [0, 16, 32, 432, 832]);
});

test('starts over when there is news for the guest, and not when there is none', () => {
  const clock = manualClock();
  const { advertiser, sentAt } = anAdvertiser(clock);
  advertiser.serve(aServedPort());
  clock.advance(minute);
  advertiser.serve(aServedPort({ intent: aPortIntent({ revision: 2 }) }));
  assert.deepEqual(sentAt, [0, 16, 32]);
  advertiser.serve(aServedPort({ intent: aPortIntent({ revision: 3, mtuBytes: 1280 }) }));
  assert.deepEqual(sentAt, [0, 16, 32, 60]);
});

test('advertises on time also to a port that is served again every minute, without news', () => {
  const clock = manualClock();
  const { advertiser, sentAt } = anAdvertiser(clock);
  for (let revision = 1; revision <= 15; revision++) {
    advertiser.serve(aServedPort({ intent: aPortIntent({ revision }) }));
    clock.advance(minute);
  }
  assert.deepEqual(sentAt, [0, 16, 32, 432, 832]);
});

test('repeats itself at once to a guest that has just come up', () => {
  const clock = manualClock();
  const { advertiser, sentAt } = anAdvertiser(clock);
  const port = aServedPort();
  advertiser.remind(port.intent.portId);
  advertiser.serve(port);
  clock.advance(milliseconds(5_000));
  advertiser.remind(port.intent.portId);
  clock.advance(minute);
  assert.deepEqual(sentAt, [0, 5, 21]);
});

test('says nothing to a port that is gone, or on a network where nobody advertises', () => {
  const clock = manualClock();
  const { advertiser, sentAt } = anAdvertiser(clock);
  const port = aServedPort();
  advertiser.serve(port);
  advertiser.release(port.intent.portId);
  advertiser.serve(aServedPort({ intent: aPortIntent({ routers: [] }) }));
  clock.advance(minute);
  assert.deepEqual(sentAt, [0]);
});

test('takes back what is true no more with the first three advertisements after a change, and then no more', () => {
  const clock = manualClock();
  const sent: string[] = [];
  const advertiser = new Advertiser({
    clock,
    random: () => 0.5,
    compose: ({ intent }) => intent.routers.map(() => Uint8Array.of(1)),
    farewell: (before, after) => (before.intent.routers.length > after.intent.routers.length ? [Uint8Array.of(0)] : []),
    send: (_port, [first]) => sent.push(first === 0 ? 'farewell' : 'advertisement'),
  });
  advertiser.serve(aServedPort());
  advertiser.serve(aServedPort({ intent: aPortIntent({ revision: 2, routers: [] }) }));
  clock.advance(milliseconds(60 * minute));
  assert.deepEqual(sent, ['advertisement', 'farewell', 'farewell', 'farewell']);
});
