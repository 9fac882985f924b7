import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exponentialBackoff, manualClock, milliseconds } from './index.ts';

test('runs what falls due in order, and nothing that was cancelled', () => {
  const clock = manualClock();
  const ran: string[] = [];
  clock.after(milliseconds(20), () => ran.push('second'));
  clock.after(milliseconds(10), () => ran.push('first'));
  clock.after(milliseconds(15), () => ran.push('never')).cancel();
  clock.advance(milliseconds(30));
  assert.deepEqual(ran, ['first', 'second']);
  assert.equal(clock.now(), 30);
});

test('doubles the delay up to the ceiling and starts over after a success', () => {
  const backoff = exponentialBackoff({ first: milliseconds(100), ceiling: milliseconds(300), random: () => 1 });
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next()], [100, 200, 300]);
  backoff.reset();
  assert.equal(backoff.next(), 100);
});
