import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds } from './duration.ts';
import { oneTurn, shareTurns, takeTurns } from './turns.ts';

/** Counts the turns that others get while `parts` parts of work are done. */
async function turnsOfOthers(parts: number, turn: () => Promise<void>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  for (let part = 0; part < parts; part += 1) await turn();
  isOver = true;
  return turns;
}

test('lets others have a turn when the budget is used up, and not before', async () => {
  assert.ok((await turnsOfOthers(10, takeTurns(oneTurn, milliseconds(0)))) >= 9);
  assert.equal(await turnsOfOthers(10, takeTurns(oneTurn, milliseconds(60_000))), 0);
});

test('many parts that are asked for at once have their turns in order, and give way as one', async () => {
  let pauses = 0;
  const turn = shareTurns(async () => {
    pauses += 1;
  }, milliseconds(0));
  const order: number[] = [];
  const parts = Array.from({ length: 5 }, async (_, index) => {
    await turn();
    order.push(index);
  });
  await Promise.all(parts);
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
  assert.ok(pauses >= 4);
});

test('many parts that one turn of the event loop brings, each by itself, are spread over many turns', async () => {
  const turn = shareTurns(oneTurn, milliseconds(1));
  let loops = 0;
  let isOver = false;
  const count = () => {
    loops += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const part = async () => {
    await turn();
    const start = performance.now();
    while (performance.now() - start < 0.5);
  };
  // All of these immediates run in one turn, as the callbacks of sockets that have become readable do.
  const parts = Array.from(
    { length: 100 },
    () => new Promise<void>((done) => setImmediate(() => void part().then(done))),
  );
  await Promise.all(parts);
  isOver = true;
  assert.ok(loops >= 20, `${loops} turns`);
});
