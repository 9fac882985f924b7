import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds } from '../../base/index.ts';
import type { AgentMessage } from '../../feed/index.ts';
import { anAddress, aUuid } from '../../firsthop/testing/intents.ts';
import { ClaimMessages } from './claim-messages.ts';

const portId = aUuid(1);

test('says in one message what guests claim together, each claim once, after what they gave up', () => {
  const clock = manualClock();
  const sent: AgentMessage[] = [];
  const messages = new ClaimMessages({ clock, send: (message) => sent.push(message) });
  for (const address of ['2001:db8::1', 'fe80::1', '2001:db8::1']) messages.claim(portId, anAddress(address));
  messages.release(portId, anAddress('2001:db8::9'));
  messages.claim(portId, anAddress('2001:db8::2'), true);
  clock.advance(milliseconds(2));
  assert.deepEqual(sent, [
    { kind: 'release', releases: [{ portId, address: '2001:db8::9' }] },
    {
      kind: 'claim',
      claims: [
        { portId, address: '2001:db8::1' },
        { portId, address: 'fe80::1' },
        { portId, address: '2001:db8::2', settled: true },
      ],
    },
  ]);
  clock.advance(milliseconds(100));
  assert.equal(sent.length, 2);
});

test('puts no more claims in a message than one may hold', () => {
  const clock = manualClock();
  const sizes: number[] = [];
  const send = (message: AgentMessage) => void (message.kind === 'claim' && sizes.push(message.claims.length));
  const messages = new ClaimMessages({ clock, send });
  for (let i = 1; i <= 600; i++) messages.claim(portId, anAddress(`2001:db8::${i}`));
  clock.advance(milliseconds(2));
  assert.deepEqual(sizes, [256, 256, 88]);
});
