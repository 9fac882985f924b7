import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds } from '../base/index.ts';
import { tables } from '../firsthop/index.ts';
import { echoFrom, icmpFrame } from '../firsthop/testing/frames.ts';
import { anAddress, aPortIntent } from '../firsthop/testing/intents.ts';
import { formatAddress } from '../ip/index.ts';
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
  const told: string[] = [];
  const responder = new Responder({
    clock,
    log,
    answer: (_, frame) => {
      if (frame.length === 0) throw new RangeError('not thought of');
      return { frames: [Uint8Array.of(1)], leases: [] };
    },
    send: ({ guestPort }) => sent.push(guestPort),
    onLease: () => undefined,
    onNotice: (_, { kind, address }) => told.push(`${kind} ${formatAddress(address)}`),
    onFlood: () => floods++,
  });
  let floods = 0;
  return { clock, responder, sent, said, told, floods: () => floods };
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

test('hears what flows show of addresses, from both sides of the port, also while its guest floods', () => {
  const { responder, told, sent, floods } = aResponder();
  responder.serve(port);
  for (let i = 0; i < 1_000; i++) responder.hear(packet);
  const shown = (table: number, inPort: number) =>
    responder.hear({ ...packet, table, inPort, frame: Buffer.from(echoFrom('2001:db8:0:1::77')) });
  shown(tables.claimByDetection, 7);
  shown(tables.contested, 0x8000);
  shown(tables.contested, 9);
  assert.deepEqual(told, ['detection 2001:db8:0:1::77', 'contest 2001:db8:0:1::77']);
  assert.deepEqual([sent.length, floods()], [200, 800]);
});

test('takes the link-local address that a guest solicits routers from for one that it uses', () => {
  const { responder, told } = aResponder();
  responder.serve(port);
  for (const source of ['fe80::77', '::', '2001:db8:0:1::77'].map(anAddress)) {
    responder.hear({
      ...packet,
      frame: Buffer.from(icmpFrame({ kind: 'router-solicitation', options: [] }, { source })),
    });
  }
  assert.deepEqual(told, ['data fe80::77']);
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
