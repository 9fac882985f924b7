import type { Milliseconds } from './duration.ts';

/** Lets a bounded number in at a time, first come, first served. */
export interface WaitingLine {
  /**
   * Resolves when there is room, with how to leave again. Undefined when `patience` ran out first; without one it waits for
   * as long as it takes.
   */
  enter(patience?: Milliseconds): Promise<(() => void) | undefined>;
}

/** A line in front of so many places. A place that becomes free goes to the one who has waited longest. */
export function waitingLine(places: number): WaitingLine {
  let free = places;
  const waiting = new Set<() => void>();
  const letNextIn = () => {
    const [next] = waiting;
    if (!next) return;
    waiting.delete(next);
    next();
  };
  const occupy = () => {
    free -= 1;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      free += 1;
      letNextIn();
    };
  };
  return {
    enter(patience) {
      if (free > 0) return Promise.resolve(occupy());
      return new Promise((resolve) => {
        const timer = patience === undefined ? undefined : setTimeout(() => giveUp(), patience);
        const goIn = () => {
          clearTimeout(timer);
          resolve(occupy());
        };
        const giveUp = () => {
          waiting.delete(goIn);
          resolve(undefined);
        };
        waiting.add(goIn);
      });
    },
  };
}
