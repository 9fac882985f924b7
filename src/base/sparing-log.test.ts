import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from './clock.ts';
import { milliseconds } from './duration.ts';
import { silentLog } from './log.ts';
import { sparingLog } from './sparing-log.ts';

test('says a thing at once, then how often it came again, and falls silent with it', () => {
  const clock = manualClock();
  const said: unknown[] = [];
  const log = { ...silentLog, warn: (context: object, message: string) => said.push({ ...context, message }) };
  const sparing = sparingLog({ log, clock, interval: milliseconds(1_000) });
  for (let count = 1; count <= 1_000; count += 1) sparing.warn('token', { from: count }, 'refused');
  sparing.warn('other', {}, 'something else');
  assert.deepEqual(said.splice(0), [{ from: 1, message: 'refused' }, { message: 'something else' }]);
  clock.advance(milliseconds(1_000));
  assert.deepEqual(said.splice(0), [{ from: 1_000, again: 999, message: 'refused' }]);
  clock.advance(milliseconds(10_000));
  assert.deepEqual(said.splice(0), []);
  sparing.warn('token', { from: 'h1' }, 'refused');
  assert.deepEqual(said, [{ from: 'h1', message: 'refused' }]);
});
