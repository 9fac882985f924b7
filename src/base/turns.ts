import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { type Milliseconds, milliseconds } from './duration.ts';

/** A request needs a handful of turns of the event loop, and waits in each for whatever else runs in it. */
const turnBudget: Milliseconds = milliseconds(1);

/** A turn that took longer had something else to do. */
const quietTurn: Milliseconds = milliseconds(0.3);

/**
 * For long work that runs beside requests: `await` the answered function between its parts. It returns at once until the
 * work has had `budget` of the event loop, then gives way as `giveWay` does.
 */
export function takeTurns(budget: Milliseconds = turnBudget): () => Promise<void> {
  let since = performance.now();
  return async () => {
    const used = milliseconds(performance.now() - since);
    if (used < budget) return;
    await giveWay(used);
    since = performance.now();
  };
}

/**
 * Lets others have the event loop after work that `used` so much of it: one turn, and when there was something to do in
 * that, twice as much as was used. So long work slows requests down by half at most, and is not slowed down without them.
 */
export async function giveWay(used: Milliseconds): Promise<void> {
  const start = performance.now();
  await nextTurn();
  if (performance.now() - start > quietTurn) await delay(2 * used);
}
