import { type Clock, type Seconds, seconds, type Timer, toMilliseconds, type Uuid } from '../base/index.ts';
import type { ServedPort } from './plan.ts';

/** RFC 4861 §6.2.1: MaxRtrAdvInterval's and MinRtrAdvInterval's defaults. */
const longestInterval = seconds(600);
const shortestInterval = seconds(200);
/** RFC 4861 §10: MAX_INITIAL_RTR_ADVERTISEMENTS and MAX_INITIAL_RTR_ADVERT_INTERVAL. */
const initialAdvertisements = 3;
const initialInterval = seconds(16);

/** The advertiser's means: what to advertise on a port and take back again, and how to send it. */
export interface AdvertiserOptions {
  readonly clock: Clock;
  /** In [0, 1): spreads the advertisements of many ports. */
  readonly random: () => number;
  /** The frames that tell a port's guest what it should know, unasked; none where nobody advertises. */
  readonly compose: (port: ServedPort) => readonly Uint8Array[];
  /** The frames that take back what the guest was told before, and is true no more. */
  readonly farewell: (before: ServedPort, after: ServedPort) => readonly Uint8Array[];
  readonly send: (port: ServedPort, frame: Uint8Array) => void;
}

interface Schedule {
  port: ServedPort;
  readonly frames: readonly Uint8Array[];
  /** Go out with the initial ones (RFC 4861 §6.2.5: up to MAX_FINAL_RTR_ADVERTISEMENTS, which is 3 too). */
  readonly finalFrames: readonly Uint8Array[];
  sent: number;
  timer: Timer | undefined;
}

/**
 * Sends unsolicited router advertisements to each port on its own (RFC 4861 §6.2.4): at once when there is news, a few
 * soon after that in case one was lost, then at long, random intervals.
 */
export class Advertiser {
  readonly #options: AdvertiserOptions;
  readonly #schedules = new Map<Uuid, Schedule>();

  constructor(options: AdvertiserOptions) {
    this.#options = options;
  }

  /**
   * Call when a port comes, and when its intent changes. Without news for the guest the schedule goes on as it was, the
   * next advertisement included: whoever calls more often than every few minutes would put it off for ever.
   */
  serve(port: ServedPort): void {
    const { portId } = port.intent;
    const known = this.#schedules.get(portId);
    const frames = this.#options.compose(port);
    const isNews = !known || !areEqual(known.frames, frames) || known.port.guestPort !== port.guestPort;
    if (!isNews) {
      known.port = port;
      return;
    }
    known?.timer?.cancel();
    const finalFrames = known ? this.#options.farewell(known.port, port) : [];
    const schedule: Schedule = { port, frames, finalFrames, sent: 0, timer: undefined };
    this.#schedules.set(portId, schedule);
    this.#advertise(schedule);
  }

  /** Advertises at once to a guest that may have missed what was sent before: it need not wait until it may ask. */
  remind(portId: Uuid): void {
    const schedule = this.#schedules.get(portId);
    if (!schedule) return;
    schedule.timer?.cancel();
    this.#advertise(schedule);
  }

  release(portId: Uuid): void {
    this.#schedules.get(portId)?.timer?.cancel();
    this.#schedules.delete(portId);
  }

  stop(): void {
    for (const { timer } of this.#schedules.values()) timer?.cancel();
    this.#schedules.clear();
  }

  #advertise(schedule: Schedule): void {
    for (const frame of framesNow(schedule)) this.#options.send(schedule.port, frame);
    schedule.sent++;
    this.#wait(schedule);
  }

  #wait(schedule: Schedule): void {
    if (framesNow(schedule).length === 0) return;
    schedule.timer = this.#options.clock.after(toMilliseconds(this.#interval(schedule.sent)), () =>
      this.#advertise(schedule),
    );
  }

  #interval(sent: number): Seconds {
    const interval = shortestInterval + this.#options.random() * (longestInterval - shortestInterval);
    return seconds(sent < initialAdvertisements ? Math.min(interval, initialInterval) : interval);
  }
}

function framesNow({ frames, finalFrames, sent }: Schedule): readonly Uint8Array[] {
  return sent < initialAdvertisements ? [...finalFrames, ...frames] : frames;
}

function areEqual(some: readonly Uint8Array[], others: readonly Uint8Array[]): boolean {
  return (
    some.length === others.length &&
    some.every((frame, i) => Buffer.compare(frame, others[i] ?? new Uint8Array()) === 0)
  );
}
