import {
  type Backoff,
  type Clock,
  errorFields,
  exponentialBackoff,
  type Log,
  milliseconds,
  oneTurn,
  takeTurns,
} from '../base/index.ts';
import { type Store, StoreUnavailable } from '../store/index.ts';
import type { IntentWorld } from './intent.ts';
import { IntentWorlds } from './intent-world.ts';
import { Marks, type SomeTopics, type Topics } from './marks.ts';

/** Somebody who is told what ports and their networks should be. */
export interface Listener {
  /** False while what was said before has not been taken. Whoever turns it to true says so by `Teller.wake`. */
  readonly isListening: boolean;
  /** True once it is gone for good. */
  readonly isOver: boolean;
  /** Says what these ports and networks should be. `isAll`: nothing else is to be said up to the world's revision. */
  tell(world: IntentWorld, topics: Topics, isAll: boolean): void;
  /** Nothing can be said, because of this listener's ports alone. */
  giveUp(error: unknown): void;
}

/** The store whose ports and networks are told of. */
export interface TellerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Topics that are read together: what ports share is kept from round to round, and what is read is soon garbage again. */
const topicsPerRound = 100;

/** Topics of one listener that are told without a turn for others, about a millisecond. */
const topicsPerPortion = 25;

/** Failures of a listener's rounds before it is its ports that are at fault. */
const mostFailures = 4;

interface Portion {
  readonly listener: Listener;
  readonly topics: Topics;
  readonly isAll: boolean;
}

/**
 * Tells all listeners what their ports should be, a round at a time, so that a thousand hosts cost one snapshot and not a
 * thousand. Rounds never overlap: what is told last was read last, and a port's revisions never go back. Those who wait
 * have their turns one after another, in portions, and between portions requests have theirs.
 */
export class Teller {
  readonly #options: TellerOptions;
  /** What is to be said, to those who wait longest first. */
  readonly #marks = new Map<Listener, Marks>();
  readonly #waiting = new Map<Listener, (() => void)[]>();
  /** Listeners whose round failed, with how often in a row. Each has rounds of its own until one succeeds. */
  readonly #suspects = new Map<Listener, number>();
  readonly #worlds: IntentWorlds;
  readonly #backoff: Backoff = exponentialBackoff({ first: milliseconds(100), ceiling: milliseconds(1_000) });
  #running: Promise<void> | undefined;
  #isPausing = false;
  #isStopped = false;

  constructor(options: TellerOptions) {
    this.#options = options;
    this.#worlds = new IntentWorlds((revision) => options.store.outbox.changesSince(revision));
  }

  /** Has the listener told of these topics soon. It is told up to which revision all is said, also when there are none. */
  mark(listener: Listener, topics: SomeTopics): void {
    this.#addMarks(listener, topics);
    this.wake();
  }

  /** The same, and resolves when all is said, or the listener is gone. */
  tell(listener: Listener, topics: SomeTopics): Promise<void> {
    this.mark(listener, topics);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(listener, [...(this.#waiting.get(listener) ?? []), resolve]);
    return promise;
  }

  /** The listener is gone: nothing is said to it any more. */
  forget(listener: Listener): void {
    this.#marks.delete(listener);
    this.#suspects.delete(listener);
    this.#release(listener);
  }

  /** Looks whether there is something to say. */
  wake(): void {
    if (this.#isStopped || this.#isPausing || this.#running) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#marks.keys().some(({ isListening }) => isListening)) this.wake();
      else this.#worlds.forget();
    });
  }

  /** Begins no further round, and waits for the one under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // marks of this turn of the event loop share a round
    while (!this.#isStopped && !this.#isPausing) {
      const round = this.#take();
      if (round.length === 0) return;
      await this.#tellRound(round).catch((error: unknown) => this.#fail(round, error));
    }
  }

  #take(): readonly Portion[] {
    const round: Portion[] = [];
    let room = topicsPerRound;
    for (const [listener, marks] of this.#marks) {
      if (room <= 0) break;
      if (!listener.isListening) continue;
      const isSuspect = this.#suspects.has(listener);
      if (isSuspect && round.length > 0) continue;
      const topics = marks.take(topicsPerPortion);
      // What is left comes after all others: those who come to the end of the line meet again here while there is room.
      this.#marks.delete(listener);
      if (marks.size > 0) this.#marks.set(listener, marks);
      round.push({ listener, topics, isAll: marks.size === 0 });
      room -= Math.max(1, topics.portIds.length + topics.networkIds.length);
      if (isSuspect) break;
    }
    return round;
  }

  async #tellRound(round: readonly Portion[]): Promise<void> {
    const turn = takeTurns(oneTurn);
    const topics = {
      portIds: [...new Set(round.flatMap((portion) => portion.topics.portIds))],
      networkIds: round.flatMap((portion) => portion.topics.networkIds),
    };
    const world = await this.#options.store.snapshot((snapshot) => this.#worlds.load(snapshot, topics, turn));
    const skipped = new Set<Listener>();
    for (const { listener, topics: its, isAll } of round) {
      if (skipped.has(listener) || !listener.isListening) {
        // All that follows too, so that what is told last is the end of it.
        skipped.add(listener);
        if (!listener.isOver) this.#addMarks(listener, its);
        continue;
      }
      listener.tell(world, its, isAll);
      this.#suspects.delete(listener);
      if (isAll && !this.#marks.has(listener)) this.#release(listener);
      await turn();
    }
    this.#backoff.reset();
  }

  /** All that the round was about is to be said again after a pause. */
  #fail(round: readonly Portion[], error: unknown): void {
    const { clock, log } = this.#options;
    const isAway = error instanceof StoreUnavailable;
    // Of a database that is away, the store tells.
    if (!isAway)
      log.warn({ ...errorFields(error), portions: round.length }, 'feed: ports could not be read, to be tried again');
    for (const { listener, topics } of round) if (!listener.isOver) this.#addMarks(listener, topics);
    if (!isAway) this.#suspect([...new Set(round.map(({ listener }) => listener))], error);
    this.#isPausing = true;
    clock.after(this.#backoff.next(), () => {
      this.#isPausing = false;
      this.wake();
    });
  }

  /** Rows that can't be read may be the cause: each listener is tried alone, and one that fails again and again given up. */
  #suspect(listeners: readonly Listener[], error: unknown): void {
    for (const listener of listeners.filter(({ isOver }) => !isOver)) {
      const failures = (this.#suspects.get(listener) ?? 0) + 1;
      this.#suspects.set(listener, failures);
      if (failures >= mostFailures) listener.giveUp(error);
    }
  }

  #addMarks(listener: Listener, topics: SomeTopics): void {
    const marks = this.#marks.get(listener) ?? new Marks();
    marks.add(topics);
    this.#marks.set(listener, marks);
  }

  #release(listener: Listener): void {
    for (const resolve of this.#waiting.get(listener) ?? []) resolve();
    this.#waiting.delete(listener);
  }
}
