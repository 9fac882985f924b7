import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds } from '../../base/index.ts';
import { aUuid } from '../../firsthop/testing/intents.ts';
import { Arrivals } from './arrivals.ts';

const [here, comes, gone] = [aUuid(1), aUuid(2), aUuid(3)];

test('announces thrice what comes while it runs, once it is wired, and nothing that was here before or has left', () => {
  const clock = manualClock();
  const announced: string[] = [];
  const arrivals = new Arrivals({ clock, announce: (portId) => announced.push(portId) });
  arrivals.plugged([here]);
  arrivals.looked();
  arrivals.plugged([comes, gone]);
  for (const portId of [here, comes, gone, comes]) arrivals.wired(portId);
  assert.deepEqual(announced, [comes, gone]);
  arrivals.release(gone);
  clock.advance(milliseconds(10_000));
  assert.deepEqual(announced, [comes, gone, comes, comes]);
});
