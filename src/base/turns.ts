import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { type Milliseconds, milliseconds } from './duration.ts';

/** A request needs a handful of turns of the event loop, and waits in each for whatever else runs in it. */
const turnBudget: Milliseconds = milliseconds(1);

/** A turn of the event loop that took longer was used by other work. */
const quietTurn: Milliseconds = milliseconds(0.3);

/** Bounds the pause, as time in which the work itself waited for a database is counted as used, too. */
const longestPause: Milliseconds = milliseconds(10);

/** How work gives way after it `used` so much of the event loop. */
type Pause = (used: Milliseconds) => Promise<void>;

/**
 * For long work that runs beside requests: `await` the answered function between its parts. It returns at once until the
 * work has had `budget` of the event loop (default 1 ms), and then as soon as the work may go on.
 */
export function takeTurns(pause: Pause = giveWay, budget: Milliseconds = turnBudget): () => Promise<void> {
  let since = performance.now();
  return async () => {
    const used = milliseconds(performance.now() - since);
    if (used < budget) return;
    await pause(used);
    since = performance.now();
  };
}

/**
 * For work that many ask for at once, each a little: `await` the answered function before a part of it. Parts have their
 * turns one after another, in the order in which they were asked for, and give way together as one long work would.
 */
export function shareTurns(pause: Pause = giveWay, budget: Milliseconds = turnBudget): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let isRunning = false;
  const run = async () => {
    while (waiting.length > 0) {
      const turn = takeTurns(pause, budget);
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        next();
        await turn();
      }
      // One turn of the event loop hands over a thousand sockets: those who ask later in it wait for the next.
      await oneTurn();
    }
    isRunning = false;
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (isRunning) return;
      isRunning = true;
      void run();
    });
}

/** Gives other work one turn of the event loop only: for long work whose end other work is waiting for. */
export async function oneTurn(): Promise<void> {
  await nextTurn();
}

/**
 * Lets others have the event loop after work that `used` so much of it: one turn, and when there was something to do in
 * that, twice as much as was used. So long work slows requests down by half at most, and is not slowed down without them.
 */
export async function giveWay(used: Milliseconds): Promise<void> {
  const start = performance.now();
  await nextTurn();
  if (performance.now() - start > quietTurn) await delay(Math.min(2 * used, longestPause));
}
