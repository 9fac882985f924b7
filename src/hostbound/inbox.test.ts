import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../base/index.ts';
import { Inbox } from './inbox.ts';

/** An inbox that works nothing off until `release` is called, and what it asked of the agent's connection. */
function heldInbox() {
  const asked: string[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const inbox = new Inbox({
    turn: async () => {},
    workOff: () => released,
    onFull: () => asked.push('pause'),
    onRoom: () => asked.push('resume'),
    onFailure: (error) => assert.fail(String(error)),
  });
  return { inbox, asked, release };
}

for (const { what, message, fits } of [
  { what: 'many messages', message: 'x', fits: 63 },
  { what: 'a few large messages', message: 'x'.repeat(400_000), fits: 2 },
]) {
  test(`holds an agent back when ${what} wait, and lets it go on when they are worked off`, async () => {
    const { inbox, asked, release } = heldInbox();
    for (let count = 0; count < fits; count += 1) inbox.add(message);
    assert.deepEqual(asked, []);
    inbox.add(message);
    assert.deepEqual([asked, inbox.isFull], [['pause'], true]);
    inbox.add(message);
    release();
    await waitFor('room', () => !inbox.isFull);
    assert.deepEqual(asked, ['pause', 'resume']);
  });
}
