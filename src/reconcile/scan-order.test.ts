/** The engine takes keys of new changes before those of a full scan, and yet finishes the scan. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds } from '../base/index.ts';
import { aKey, anEngine, Sides } from './testing/sides.ts';

test('a change overtakes the keys of a full scan', async () => {
  const sides = withScanned(100);
  const { engine } = anEngine(sides, { batchSize: 10 });
  sides.onApply = () => {
    if (sides.tries === 1) change(sides, engine, 'changed');
  };
  engine.start();
  await engine.idle();
  assert.deepEqual(
    sides.transactions.slice(0, 2).map((operations) => operations.map(({ id }) => id)),
    [ids(0, 10), ['changed', ...ids(10, 19)]],
  );
  assert.equal(sides.actual.size, 101);
  await engine.stop();
});

test('a key that a scan has marked already comes forward when it changes, and is tried once', async () => {
  const sides = withScanned(100);
  const { engine } = anEngine(sides, { batchSize: 10 });
  sides.onApply = () => {
    if (sides.tries === 1) change(sides, engine, 'k99');
  };
  engine.start();
  await engine.idle();
  assert.deepEqual(sides.transactions[1]?.[0], { kind: 'put', id: 'k99', value: 1 });
  assert.equal(sides.transactions.flat().filter(({ id }) => id === 'k99').length, 1);
  await engine.stop();
});

test('changes without end leave a quarter of each batch to a full scan', async () => {
  const sides = withScanned(20);
  const { engine } = anEngine(sides, { batchSize: 8 });
  let count = 0;
  sides.onApply = () => {
    if (sides.tries <= 12) for (let index = 0; index < 8; index += 1) change(sides, engine, `changed${count++}`);
  };
  engine.start();
  await engine.idle();
  const scannedOf = (operations: readonly { readonly id: string }[]) =>
    operations.filter(({ id }) => id.startsWith('k')).length;
  assert.deepEqual(sides.transactions.slice(0, 8).map(scannedOf), [8, 2, 2, 2, 2, 2, 2, 0]);
  await engine.stop();
});

test('a scanned key of a batch that met a conflict stays behind what changes', async () => {
  const sides = withScanned(10);
  sides.conflicts = 1;
  const { engine, clock } = anEngine(sides, { batchSize: 8 });
  sides.onApply = () => {
    if (sides.tries === 1) change(sides, engine, 'changed');
  };
  engine.start();
  const timer = setInterval(() => clock.advance(milliseconds(100)), 1);
  await engine.idle();
  clearInterval(timer);
  assert.equal(sides.transactions[0]?.[0]?.id, 'changed');
  await engine.stop();
});

/** So many desired things, `k0` and on, of which the other side has none. */
function withScanned(count: number): Sides {
  const sides = new Sides();
  for (const id of ids(0, count)) sides.desired.set(id, 1);
  return sides;
}

function ids(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from }, (_, index) => `k${from + index}`);
}

function change(sides: Sides, engine: ReturnType<typeof anEngine>['engine'], id: string): void {
  sides.desired.set(id, 1);
  engine.mark([aKey(id)]);
}
