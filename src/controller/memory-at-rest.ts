import { performance } from 'node:perf_hooks';
import { type Clock, type Log, type Milliseconds, milliseconds, type Timer } from '../base/index.ts';

/** How often the process looks whether it is at rest. */
export interface MemoryAtRestOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Pause between two looks: an event loop that was nearly idle for so long is at rest. Default 2 s. */
  readonly interval?: Milliseconds;
}

/** Of the time between two looks; heartbeats, health checks and probes stay far below. */
const restingUtilization = 0.05;

/** Bytes that have come since the last time, and their share of those that live; for less it isn't worth it. */
const worthwhile = { bytes: 8_000_000, share: 0.25 };

/** Bytes of heap that live. A collection holds up the event loop for some 2 ms for each megabyte of them: not with many. */
const tooMuchToTrace = 192_000_000;

/** Bytes of heap, garbage included: all that is known before the first collection. */
const tooMuchUntraced = 4 * tooMuchToTrace;

/**
 * Gives memory back to the machine once the event loop is at rest after work. V8 collects when it needs room, so a process
 * that has nothing left to do keeps its last garbage for good, and it keeps the pages even of what it collected; only a
 * collection as a last resort returns them. Needs `node --expose-gc`: without that it does nothing, and says so.
 */
export function giveMemoryBackAtRest(options: MemoryAtRestOptions): { stop(): void } {
  const { clock, log, interval = milliseconds(2_000) } = options;
  const collect = globalThis.gc;
  if (!collect) {
    log.debug({}, 'memory: node runs without --expose-gc, so none is given back at rest');
    return { stop() {} };
  }
  let since = performance.eventLoopUtilization();
  let floor = 0;
  let living: number | undefined;
  let timer: Timer;
  const look = () => {
    const { utilization } = performance.eventLoopUtilization(since);
    const { rss, heapUsed } = process.memoryUsage();
    const gain = rss - floor;
    const isWorthIt = gain > Math.max(worthwhile.bytes, worthwhile.share * (living ?? 0));
    if (utilization < restingUtilization && isWorthIt && isTraceable(heapUsed, living)) {
      const start = performance.now();
      collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
      floor = process.memoryUsage.rss();
      living = process.memoryUsage().heapUsed;
      const took = Math.round(performance.now() - start);
      log.debug({ before: rss, after: floor, milliseconds: took }, 'memory: given back at rest');
    }
    since = performance.eventLoopUtilization();
    timer = clock.after(interval, look);
  };
  timer = clock.after(interval, look);
  return { stop: () => timer.cancel() };
}

function isTraceable(heapUsed: number, living: number | undefined): boolean {
  if (heapUsed < tooMuchToTrace) return true;
  return living === undefined ? heapUsed < tooMuchUntraced : living < tooMuchToTrace;
}
