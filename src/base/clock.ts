import type { Milliseconds } from './duration.ts';

/** A timer that can be called off. Cancelling one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as a dependency, so that nothing that decides reads it behind the caller's back. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): Milliseconds;
  /** Runs `task` once, `delay` from now. The timer never keeps the process alive. */
  after(delay: Milliseconds, task: () => void): Timer;
}

/** The machine's clock and Node's timers. */
export const systemClock: Clock = {
  now: () => Date.now() as Milliseconds,
  after(delay, task) {
    const handle = setTimeout(task, delay);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A clock that a test moves by hand. */
export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due, in order. */
  advance(by: Milliseconds): void;
}

/** A clock that stands still until it is advanced. `start` is in milliseconds since the Unix epoch. */
export function manualClock(start = 0): ManualClock {
  let now = start;
  let due: { at: number; task: () => void }[] = [];
  return {
    now: () => now as Milliseconds,
    after(delay, task) {
      const entry = { at: now + delay, task };
      due.push(entry);
      return {
        cancel: () => {
          due = due.filter((other) => other !== entry);
        },
      };
    },
    advance(by) {
      const end = now + by;
      for (;;) {
        const next = due.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        due = due.filter((entry) => entry !== next);
        now = next.at;
        next.task();
      }
      now = end;
    },
  };
}
