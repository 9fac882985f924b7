/** Keys that the target refuses, for a time or for ever: what they cost, and that others don't pay for them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Log, milliseconds, silentLog } from '../base/index.ts';
import { aKey, anEngine, Sides } from './testing/sides.ts';

test('isolating one refused key of a batch costs twice its logarithm in transactions', async () => {
  const sides = withRefused(512, ['k37']);
  const { engine } = anEngine(sides);
  engine.start();
  await engine.idle();
  assert.equal(sides.actual.size, 511);
  assert.equal(sides.tries, 1 + 2 * Math.log2(512));
  await engine.stop();
});

test('a refused key that is due again does not break up the batch of the others', async () => {
  const sides = withRefused(100, ['k37', 'k38']);
  const { engine, clock } = anEngine(sides);
  engine.start();
  await engine.idle();
  const { length } = sides.transactions;
  sides.isReady = false; // so that all of them come together
  clock.advance(milliseconds(500));
  for (let index = 0; index < 300; index += 1) change(sides, engine, `later${index}`);
  sides.isReady = true;
  engine.wake();
  await engine.idle();
  assert.deepEqual(
    sides.transactions.slice(length).map((operations) => operations.length),
    [300],
  );
  assert.equal(engine.progress().failing[0]?.attempts, 2);
  await engine.stop();
});

test('keys that are refused for ever are tried ever less often, and all together no oftener than 50 times a second', async () => {
  const many = Array.from({ length: 1_000 }, (_, index) => `k${index}`);
  const sides = withRefused(1_000, many);
  const { engine, clock } = anEngine(sides);
  engine.start();
  await engine.idle();
  const seconds = 600;
  sides.tries = 0;
  for (let passed = 0; passed < seconds; passed += 1) {
    clock.advance(milliseconds(1_000));
    await engine.idle();
  }
  assert.equal(engine.progress().failing.length, 1_000);
  assert.ok(sides.tries > 5 * many.length, `${sides.tries} tries: each key has several`);
  assert.ok(sides.tries < 60 * seconds, `${sides.tries} tries in ${seconds} s`);
  await engine.stop();
});

test('many keys get through as soon as the cause of their refusal is gone, together', async () => {
  const many = Array.from({ length: 160 }, (_, index) => `k${index}`);
  const sides = withRefused(160, many);
  const { engine, clock } = anEngine(sides);
  engine.start();
  await engine.idle();
  sides.refusedIds.clear();
  sides.tries = 0;
  clock.advance(milliseconds(60_000));
  await engine.idle();
  assert.equal(sides.actual.size, 160);
  assert.ok(sides.tries < 20, `${sides.tries} tries for ${many.length} keys`);
  await engine.stop();
});

test('a refusal is said once, and its end; each try in between shows as progress', async () => {
  const sides = withRefused(4, ['k2']);
  const said: string[] = [];
  const log: Log = {
    ...silentLog,
    error: ({ key }, message) => said.push(`error ${key} ${message}`),
    info: ({ key }, message) => said.push(`info ${key} ${message}`),
  };
  const { engine, clock } = anEngine(sides, { log });
  engine.start();
  await engine.idle();
  for (let tries = 2; tries <= 6; tries += 1) {
    clock.advance(milliseconds(60_000));
    await engine.idle();
    assert.equal(engine.progress().failing[0]?.attempts, tries);
  }
  sides.refusedIds.clear();
  clock.advance(milliseconds(60_000));
  await engine.idle();
  assert.deepEqual(said, [
    'error thing/k2 reconcile: refused, to be tried again',
    'info thing/k2 reconcile: got through, after it had been refused',
  ]);
  assert.deepEqual(engine.progress().failing, []);
  await engine.stop();
});

/** So many desired things, `k0` and on, of which some are refused. */
function withRefused(count: number, refused: readonly string[]): Sides {
  const sides = new Sides();
  for (let index = 0; index < count; index += 1) sides.desired.set(`k${index}`, index);
  for (const id of refused) sides.refusedIds.add(id);
  return sides;
}

function change(sides: Sides, engine: ReturnType<typeof anEngine>['engine'], id: string): void {
  sides.desired.set(id, 1);
  engine.mark([aKey(id)]);
}
