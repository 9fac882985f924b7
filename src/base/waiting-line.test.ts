import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds, waitingLine } from './index.ts';

test('lets in as many as there are places, and the others in the order of their coming', async () => {
  const line = waitingLine(2);
  const inside: number[] = [];
  const enter = async (name: number) => {
    const leave = await line.enter();
    inside.push(name);
    return leave;
  };
  const all = [1, 2, 3, 4].map(enter);
  const [first, second] = await Promise.all(all.slice(0, 2));
  assert.deepEqual(inside, [1, 2]);
  second?.();
  second?.();
  await all[2];
  await new Promise(setImmediate);
  assert.deepEqual(inside, [1, 2, 3]);
  first?.();
  await all[3];
  assert.deepEqual(inside, [1, 2, 3, 4]);
});

test('turns away who has waited long enough, and gives the place to the next', async () => {
  const line = waitingLine(1);
  const leave = await line.enter();
  const patient = line.enter();
  assert.equal(await line.enter(milliseconds(5)), undefined);
  leave?.();
  assert.ok(await patient);
});
