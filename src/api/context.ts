import { type Clock, err, type Log, newUuid, ok, type Result } from '../base/index.ts';
import type {
  ActionOutcome,
  Change,
  Problem,
  ProjectId,
  Reader,
  ResourceSettings,
  RuleContext,
  Stored,
  View,
} from '../kit/index.ts';
import { type Store, StoreConflict, type UnitOfWork } from '../store/index.ts';
import type { Catalog } from './catalog.ts';
import { randomBelow } from './random.ts';
import type { Served } from './served.ts';

/** The store and the settings that all handlers work with. */
export interface ApiContext {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly settings: ResourceSettings;
  readonly clock: Clock;
  readonly log: Log;
}

export function ruleContext({ clock, settings }: ApiContext, projectId: ProjectId): RuleContext {
  return {
    projectId,
    now: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    settings,
    newId: newUuid,
    random: randomBelow,
  };
}

/** Reads what these entities' attributes need besides the entities, to be shown to a client. */
export async function viewOf(
  { clock, settings }: ApiContext,
  served: Served,
  entities: readonly Stored[],
  reader: Reader,
): Promise<View> {
  const related = (await served.resource.related?.(entities, reader)) ?? noneRelated;
  return { now: clock.now(), settings, related };
}

const noneRelated: ReadonlyMap<string, readonly string[]> = new Map();

/**
 * Applies a decision. A claim that turns out to be taken, although the rule's world showed it free, is answered as if
 * the rule had seen that: an address that follows from a MAC is claimed without a look whether it is free.
 */
export async function apply(
  unit: UnitOfWork,
  { changes, dirty }: Pick<ActionOutcome, 'changes' | 'dirty'>,
): Promise<Result<void, Problem>> {
  try {
    await unit.apply(changes, dirty);
    return ok(undefined);
  } catch (error) {
    const problem = error instanceof StoreConflict ? takenBy(error, changes) : undefined;
    if (problem) return err(problem);
    throw error;
  }
}

function takenBy({ conflict }: StoreConflict, changes: readonly Change[]): Problem | undefined {
  if (conflict.kind !== 'claimed') return undefined;
  const tables = new Set(changes.map(({ table }) => table));
  return [...tables].map((table) => table.taken?.(conflict)).find((problem) => problem !== undefined);
}
