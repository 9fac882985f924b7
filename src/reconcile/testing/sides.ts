import { err, type Log, type Milliseconds, manualClock, ok, silentLog } from '../../base/index.ts';
import type { Key } from '../../kit/index.ts';
import { Engine, type Source, type Target } from '../index.ts';

/** A world of numbered things, by id. */
export type World = ReadonlyMap<string, number>;
/** A change of the simulated target. */
export type Operation = { readonly kind: 'delete' | 'put'; readonly id: string; readonly value?: number };

/** Both sides as maps: enough to see what the engine asks for, in which order and in which portions. */
export class Sides implements Target<World, Operation> {
  readonly name = 'map';
  readonly desired = new Map<string, number>();
  readonly actual = new Map<string, number>();
  readonly transactions: (readonly Operation[])[] = [];
  readonly refusedIds = new Set<string>();
  readonly source: Source<World> = {
    load: async (keys) => new Map(keys.flatMap(({ id }) => this.#entry(id))),
    listKeys: async () => [...this.desired.keys()].map(aKey),
  };
  isReady = true;
  conflicts = 0;
  /** How often operations were sent, refused ones too. */
  tries = 0;
  /** Runs with each try. */
  onApply: () => void = () => {};

  #entry(id: string): [string, number][] {
    const value = this.desired.get(id);
    return value === undefined ? [] : [[id, value]];
  }

  listKeys(): readonly Key[] {
    return [...this.actual.keys()].map(aKey);
  }

  ready(): boolean {
    return this.isReady;
  }

  async plan(world: World, keys: readonly Key[]): Promise<readonly Operation[]> {
    const gone = keys.filter(({ id }) => !world.has(id) && this.actual.has(id));
    const stale = keys.filter(({ id }) => world.has(id) && this.actual.get(id) !== world.get(id));
    return [
      ...gone.map(({ id }) => ({ kind: 'delete', id }) as const),
      ...stale.map(({ id }) => ({ kind: 'put', id, value: world.get(id) ?? 0 }) as const),
    ];
  }

  async apply(operations: readonly Operation[]) {
    this.tries += 1;
    this.onApply();
    if (!this.isReady) return err({ kind: 'unavailable', message: 'not connected' } as const);
    if (this.conflicts > 0) {
      this.conflicts -= 1;
      return err({ kind: 'conflict', message: 'changed meanwhile' } as const);
    }
    const bad = operations.find(({ id }) => this.refusedIds.has(id));
    if (bad) return err({ kind: 'rejected', message: `constraint violation: ${bad.id}` } as const);
    this.transactions.push(operations);
    for (const { kind, id, value } of operations) {
      if (kind === 'delete') this.actual.delete(id);
      else this.actual.set(id, value ?? 0);
    }
    return ok(undefined);
  }
}

/** The key of a thing. */
export function aKey(id: string): Key {
  return { kind: 'thing', id };
}

interface EngineSettings {
  readonly batchSize?: number;
  readonly gatherTime?: (keys: number) => Milliseconds;
  readonly weightOf?: (key: Key) => number;
  readonly log?: Log;
}

/** An engine between the two sides, on a clock that the test moves. */
export function anEngine(sides: Sides, settings: EngineSettings = {}) {
  const clock = manualClock();
  const engine = new Engine({ source: sides.source, target: sides, clock, log: silentLog, ...settings });
  return { engine, clock };
}
