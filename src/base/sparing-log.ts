import type { Clock } from './clock.ts';
import { type Milliseconds, milliseconds } from './duration.ts';
import type { Log } from './log.ts';

/** The log that is written to, and how long one key is kept quiet. */
export interface SparingLogOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** Default 60 s. */
  readonly interval?: Milliseconds;
}

/** Warnings of things that may happen thousands of times. */
export interface SparingLog {
  /**
   * Says it at once, and what happens under the same key within the interval only as a count, with the newest context, when
   * the interval is over. Keys are kept that long, so they should be few.
   */
  warn(key: string, context: Record<string, unknown>, message: string): void;
}

/** Makes a log that says a repeated warning once for each interval. */
export function sparingLog({ log, clock, interval = milliseconds(60_000) }: SparingLogOptions): SparingLog {
  const quiet = new Map<string, { again: number; context: Record<string, unknown> }>();
  const say = (key: string, context: Record<string, unknown>, message: string) => {
    log.warn(context, message);
    const state = { again: 0, context };
    quiet.set(key, state);
    clock.after(interval, () => {
      quiet.delete(key);
      if (state.again > 0) say(key, { ...state.context, again: state.again }, message);
    });
  };
  return {
    warn(key, context, message) {
      const state = quiet.get(key);
      if (!state) return say(key, context, message);
      state.again += 1;
      state.context = context;
    },
  };
}
