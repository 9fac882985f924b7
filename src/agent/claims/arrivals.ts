import { type Clock, milliseconds, type Timer, type Uuid } from '../../base/index.ts';

/** The clock by which arrivals are announced, and how. */
export interface ArrivalsOptions {
  readonly clock: Clock;
  readonly announce: (portId: Uuid) => void;
}

/** RFC 4861 §10, MAX_NEIGHBOR_ADVERTISEMENT and RetransTimer: the first ones may be lost before OVN has moved the port. */
const times = 3;
const pause = milliseconds(1_000);

/** Ports that have come to this host while it ran, perhaps by live migration, are announced once they can be reached. */
export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #awaited = new Set<Uuid>();
  readonly #timers = new Map<Uuid, Timer>();

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  plugged(portIds: Iterable<Uuid>): void {
    for (const portId of portIds) this.#awaited.add(portId);
  }

  /** What was plugged until now was here before this process was. */
  looked(): void {
    this.#awaited.clear();
  }

  wired(portId: Uuid): void {
    if (this.#awaited.delete(portId)) this.#announce(portId, times);
  }

  release(portId: Uuid): void {
    this.#awaited.delete(portId);
    this.#timers.get(portId)?.cancel();
    this.#timers.delete(portId);
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
  }

  #announce(portId: Uuid, left: number): void {
    this.#timers.delete(portId);
    if (left === 0) return;
    this.#options.announce(portId);
    this.#timers.set(
      portId,
      this.#options.clock.after(pause, () => this.#announce(portId, left - 1)),
    );
  }
}
