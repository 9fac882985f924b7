import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds } from '../base/index.ts';
import { keyText } from './key.ts';
import { PacedKeys } from './paced-keys.ts';

const busy = { kind: 'paced', id: 'busy' };
const other = { kind: 'paced', id: 'other' };
const free = { kind: 'free', id: 'free' };

function aPace() {
  const clock = manualClock();
  const heard: string[] = [];
  const pauseOf = ({ kind }: { readonly kind: string }) => (kind === 'paced' ? milliseconds(1_000) : undefined);
  const paced = new PacedKeys({ clock, pauseOf, onKeys: (keys) => heard.push(...keys.map(keyText)) });
  return { clock, heard, paced };
}

test('hands a key on at once, and again once for all that came within the pause', () => {
  const { clock, heard, paced } = aPace();
  for (let time = 0; time < 2_500; time += 100) {
    paced.mark([busy]);
    clock.advance(milliseconds(100));
  }
  assert.deepEqual(heard, ['paced/busy', 'paced/busy', 'paced/busy']);
  clock.advance(milliseconds(10_000));
  assert.deepEqual(heard.length, 4, 'the last mark is not lost');
  paced.mark([busy]);
  assert.deepEqual(heard.length, 5);
});

test('holds no key up for another, nor any that has no pause', () => {
  const { heard, paced } = aPace();
  paced.mark([busy, free]);
  paced.mark([busy, free, other]);
  assert.deepEqual(heard, ['paced/busy', 'free/free', 'free/free', 'paced/other']);
});

test('tells of a key that it still has to hand on', () => {
  const { clock, paced } = aPace();
  paced.mark([busy]);
  assert.equal(paced.isHeld(busy), false);
  paced.mark([busy]);
  assert.equal(paced.isHeld(busy), true);
  clock.advance(milliseconds(1_000));
  assert.equal(paced.isHeld(busy), false);
});

test('hands nothing on once it is stopped', () => {
  const { clock, heard, paced } = aPace();
  paced.mark([busy]);
  paced.mark([busy]);
  paced.stop();
  clock.advance(milliseconds(10_000));
  assert.deepEqual(heard, ['paced/busy']);
});
