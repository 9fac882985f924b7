import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds, silentLog, waitFor } from '../base/index.ts';
import { Engine, type Source } from './index.ts';
import { aKey, anEngine, Sides, type World } from './testing/sides.ts';

test('brings everything in line at the start, deletes first, in one transaction, and a second scan issues nothing', async () => {
  const sides = new Sides();
  sides.desired.set('a', 1).set('b', 2);
  sides.actual.set('stray', 9);
  const { engine } = anEngine(sides);
  engine.start();
  await engine.idle();
  assert.deepEqual(sides.transactions, [
    [
      { kind: 'delete', id: 'stray' },
      { kind: 'put', id: 'a', value: 1 },
      { kind: 'put', id: 'b', value: 2 },
    ],
  ]);
  engine.requestScan();
  await engine.idle();
  assert.equal(sides.transactions.length, 1);
  assert.deepEqual([engine.progress().operations, engine.progress().scans], [3, 2]);
});

test('reads what a key stands for when its turn comes, not when it was marked', async () => {
  const sides = new Sides();
  sides.isReady = false;
  const { engine } = anEngine(sides);
  engine.start();
  sides.desired.set('a', 1);
  engine.mark([aKey('a')]);
  sides.desired.set('a', 2);
  engine.mark([aKey('a')]);
  sides.isReady = true;
  engine.wake();
  await engine.idle();
  assert.deepEqual(sides.transactions, [[{ kind: 'put', id: 'a', value: 2 }]]);
});

test('neither compares nor prunes before the target has shown everything it holds', async () => {
  const sides = new Sides();
  sides.isReady = false;
  sides.actual.set('kept', 1);
  const { engine } = anEngine(sides);
  engine.start();
  engine.mark([aKey('kept')]);
  assert.deepEqual([engine.progress().dirty, engine.progress().scans], [1, 0]);
  sides.isReady = true;
  engine.wake();
  await engine.idle();
  assert.deepEqual(sides.transactions, [[{ kind: 'delete', id: 'kept' }]]);
});

test('one refused key holds up no other, and is tried again with growing pauses until it gets through', async () => {
  const sides = new Sides();
  for (let index = 0; index < 100; index += 1) sides.desired.set(`k${index}`, index);
  sides.refusedIds.add('k37');
  const { engine, clock } = anEngine(sides);
  engine.start();
  await engine.idle();
  assert.equal(sides.actual.size, 99);
  assert.deepEqual(
    engine.progress().failing.map(({ key, attempts, message }) => ({ key, attempts, message })),
    [{ key: aKey('k37'), attempts: 1, message: 'constraint violation: k37' }],
  );
  clock.advance(milliseconds(500));
  await engine.idle();
  assert.equal(engine.progress().failing[0]?.attempts, 2);
  sides.refusedIds.clear();
  clock.advance(milliseconds(1_000));
  await engine.idle();
  assert.equal(sides.actual.get('k37'), 37);
  assert.deepEqual(engine.progress().failing, []);
});

test('a translator that throws is a refusal of its key alone', async () => {
  const sides = new Sides();
  sides.desired.set('a', 1).set('bad', 2).set('c', 3);
  const { engine } = anEngine(sides);
  const plan = sides.plan.bind(sides);
  sides.plan = (world, keys) => {
    if (keys.some(({ id }) => id === 'bad')) throw new Error('no such mode');
    return plan(world, keys);
  };
  engine.start();
  await engine.idle();
  assert.deepEqual([...sides.actual.keys()].sort(), ['a', 'c']);
  assert.equal(engine.progress().failing[0]?.message, 'planning: Error: no such mode');
});

test('an operation that the target can not say is a refusal of its key alone', async () => {
  const sides = new Sides();
  sides.desired.set('a', 1).set('unsayable', 2);
  const { engine } = anEngine(sides);
  const apply = sides.apply.bind(sides);
  sides.apply = (operations) => {
    if (operations.some(({ id }) => id === 'unsayable')) throw new Error('no such column');
    return apply(operations);
  };
  engine.start();
  await engine.idle();
  assert.deepEqual([...sides.actual.keys()], ['a']);
  assert.equal(engine.progress().failing[0]?.message, 'applying: Error: no such column');
});

test('plans again after a conflict, from what is there then', async () => {
  const sides = new Sides();
  sides.conflicts = 1;
  sides.desired.set('a', 1);
  const { engine, clock } = anEngine(sides);
  engine.start();
  await waitFor('the conflict', () => sides.conflicts === 0);
  await waitFor('the second attempt', () => {
    clock.advance(milliseconds(100));
    return sides.transactions.length === 1;
  });
});

test('keeps its keys while the target is away', async () => {
  const sides = new Sides();
  const { engine, clock } = anEngine(sides);
  engine.start();
  await engine.idle();
  sides.isReady = false;
  sides.desired.set('a', 1);
  engine.mark([aKey('a')]);
  clock.advance(milliseconds(10_000));
  assert.equal(engine.progress().dirty, 1);
  sides.isReady = true;
  engine.wake();
  await engine.idle();
  assert.equal(sides.actual.get('a'), 1);
});

test('takes many keys in batches', async () => {
  const sides = new Sides();
  for (let index = 0; index < 25; index += 1) sides.desired.set(`k${index}`, index);
  const { engine } = anEngine(sides, { batchSize: 10 });
  engine.start();
  await engine.idle();
  assert.deepEqual(
    sides.transactions.map((operations) => operations.length),
    [10, 10, 5],
  );
});

test('lets a full scan wait for no keys that gather', async () => {
  const sides = new Sides();
  const { engine } = anEngine(sides, { gatherTime: () => milliseconds(500) });
  sides.desired.set('a', 1).set('b', 1);
  engine.start();
  await waitFor('both', () => sides.actual.size === 2);
  await new Promise(setImmediate);
  sides.actual.clear();
  engine.requestScan();
  // The clock stands still: what waits, waits for ever.
  await waitFor('both again', () => sides.actual.size === 2);
  await engine.stop();
});

test('takes few keys at once of those that have many others with them', async () => {
  const sides = new Sides();
  for (let index = 0; index < 7; index += 1) sides.desired.set(`k${index}`, index);
  const { engine } = anEngine(sides, { batchSize: 10, weightOf: ({ id }) => (id < 'k5' ? 4 : 1) });
  engine.mark(['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6'].map(aKey));
  engine.start();
  await engine.idle();
  assert.deepEqual(
    sides.transactions.map((operations) => operations.length),
    [3, 4],
  );
});

test('lets keys gather after several came together, and after one alone does not', async () => {
  const sides = new Sides();
  const gatherTime = (keys: number) => milliseconds(keys > 1 ? 50 : 0);
  const { engine, clock } = anEngine(sides, { gatherTime });
  engine.start();
  await engine.idle();
  const change = (ids: string) => {
    for (const id of ids) sides.desired.set(id, (sides.desired.get(id) ?? 0) + 1);
    engine.mark([...ids].map(aKey));
  };
  change('a');
  await engine.idle();
  change('ab');
  await waitFor('two transactions', () => sides.transactions.length === 2);
  change('c');
  change('d');
  await new Promise(setImmediate);
  assert.equal(sides.transactions.length, 2);
  clock.advance(milliseconds(50));
  await engine.idle();
  assert.deepEqual(
    sides.transactions.map((operations) => operations.map(({ id }) => id).join('')),
    ['a', 'ab', 'cd'],
  );
  await engine.stop();
});

test('compares everything again when the interval is over', async () => {
  const sides = new Sides();
  sides.desired.set('a', 1);
  const { engine, clock } = anEngine(sides);
  engine.start();
  await engine.idle();
  sides.actual.clear();
  clock.advance(milliseconds(600_000));
  await engine.idle();
  assert.equal(sides.actual.get('a'), 1);
});

test('reads a source that is back within a second, however long it was away', async () => {
  const sides = new Sides();
  sides.desired.set('a', 1);
  let reads = 0;
  let isAway = true;
  const source: Source<World> = {
    load: sides.source.load,
    async listKeys() {
      reads += 1;
      if (isAway) throw new Error('the database is away');
      return sides.source.listKeys();
    },
  };
  const clock = manualClock();
  const engine = new Engine({ source, target: sides, clock, log: silentLog });
  engine.start();
  for (let seconds = 0; seconds < 20; seconds += 1) {
    await waitFor('a try', () => reads > seconds);
    await new Promise(setImmediate);
    clock.advance(milliseconds(1_000));
  }
  await waitFor('one more try', () => reads > 20);
  isAway = false;
  await new Promise(setImmediate);
  clock.advance(milliseconds(1_000));
  await engine.idle();
  assert.deepEqual(sides.transactions, [[{ kind: 'put', id: 'a', value: 1 }]]);
});
