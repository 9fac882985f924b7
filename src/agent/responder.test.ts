import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds } from '../base/index.ts';
import { aPortIntent } from '../firsthop/testing/intents.ts';
import { recordedLog } from '../openflow/testing/recorded-log.ts';
import { Responder } from './responder.ts';

const intent = aPortIntent();
const port = {
  intent,
  plugged: { portId: intent.portId, interfaceName: 'tap1', attachedMac: undefined, openFlowPort: 7 },
  ...{ cookie: 0xabcn, guestPort: 7, patchPort: 0x8000 },
};
const packet = { cookie: 0xabcn, table: 30, inPort: 7, frame: Buffer.from('?') };

function aResponder() {
  const clock = manualClock();
  const sent: number[] = [];
  const { log, said } = recordedLog();
  let detections = 0;
  const responder = new Responder({
    clock,
    log,
    answer: (_, frame) => {
      if (frame.length === 0) throw new RangeError('not thought of');
      return { frames: [Uint8Array.of(1)], leases: [] };
    },
    send: ({ guestPort }) => sent.push(guestPort),
    onLease: () => undefined,
    confirmDetection: (_, { table, frame }) => (table === 43 ? frame : undefined),
    repeatDetection: (_, frame) => (frame.length > 1 ? frame : undefined),
    sendAsGuest: () => detections++,
  });
  return { clock, responder, sent, said, detections: () => detections };
}

test('answers to the port whose flow sent the packet, and to no packet that came from elsewhere', () => {
  const { responder, sent } = aResponder();
  responder.hear(packet);
  responder.serve(port);
  responder.hear(packet);
  responder.hear({ ...packet, cookie: 1n });
  responder.hear({ ...packet, inPort: 8 });
  assert.deepEqual(sent, [7]);
  responder.release(intent.portId);
  responder.hear(packet);
  assert.deepEqual([sent, responder.counters], [[7], { answered: 1, ignored: 4 }]);
});

test('answers a flood of one port only in part, also after its intent has changed', () => {
  const { clock, responder, sent } = aResponder();
  responder.serve(port);
  for (let i = 0; i < 1_000; i++) responder.hear(packet);
  assert.equal(sent.length, 200);
  responder.serve({ ...port, intent: aPortIntent({ revision: 2 }) });
  responder.hear(packet);
  assert.equal(sent.length, 200);
  clock.advance(milliseconds(1_000));
  for (let i = 0; i < 1_000; i++) responder.hear(packet);
  assert.equal(sent.length, 300);
});

test("repeats a guest's detection, but not with each of its packets", () => {
  const { clock, responder, detections } = aResponder();
  responder.serve(port);
  responder.hear(packet);
  assert.equal(detections(), 0);
  for (let i = 0; i < 10; i++) responder.hear({ ...packet, frame: Buffer.from('RS') });
  assert.equal(detections(), 1);
  clock.advance(milliseconds(3_000));
  responder.hear({ ...packet, frame: Buffer.from('RS') });
  assert.equal(detections(), 2);
});

test('makes the detection of each address that was learned, also for a guest that floods', () => {
  const { responder, detections } = aResponder();
  responder.serve(port);
  for (let i = 0; i < 1_000; i++) responder.hear(packet);
  for (let i = 0; i < 16; i++) responder.hear({ ...packet, table: 43 });
  responder.hear({ ...packet, table: 43, inPort: 8 });
  assert.equal(detections(), 16);
});

test('goes on after a packet that it fails at, and says so once for a port', () => {
  const { responder, sent, said } = aResponder();
  responder.serve(port);
  for (let i = 0; i < 3; i++) responder.hear({ ...packet, frame: Buffer.alloc(0) });
  responder.serve({ ...port, intent: aPortIntent({ revision: 2 }) });
  responder.hear({ ...packet, frame: Buffer.alloc(0) });
  responder.hear(packet);
  assert.deepEqual(said, ['error responder: a packet from a guest could not be answered']);
  assert.deepEqual([sent, responder.counters], [[7], { answered: 1, ignored: 4 }]);
});
