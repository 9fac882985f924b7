import type { Caller } from '../auth/index.ts';
import { type Clock, err, type Log, newUuid, ok, type Result, utcSecond } from '../base/index.ts';
import type { ActionOutcome, Change, Problem, ResourceSettings, RuleContext } from '../kit/index.ts';
import { checkQuota } from '../resources/index.ts';
import { type Store, StoreConflict, type UnitOfWork } from '../store/index.ts';
import type { Catalog } from './catalog.ts';
import { randomBelow } from './random.ts';

/** The store and the settings that all handlers work with. */
export interface ApiContext {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly settings: ResourceSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** See `ApiOptions` in server.ts. */
  readonly trustsProxy: boolean;
}

/** `projectId` owns what is created. */
export function ruleContext(
  { clock, settings }: Pick<ApiContext, 'clock' | 'settings'>,
  { projectId, isAdmin }: Caller,
  owner = projectId,
): RuleContext {
  return {
    projectId: owner,
    caller: { projectId, isAdmin },
    now: utcSecond(clock.now()),
    settings,
    newId: newUuid,
    random: randomBelow,
  };
}

/**
 * Applies a decision, if no project then has more than its quota. A claim that turns out to be taken, although the rule's world showed it free, is answered as if
 * the rule had seen that: an address that follows from a MAC is claimed without a look whether it is free.
 */
export async function apply(
  { settings }: Pick<ApiContext, 'settings'>,
  unit: UnitOfWork,
  { changes, dirty }: Pick<ActionOutcome, 'changes' | 'dirty'>,
): Promise<Result<void, Problem>> {
  const within = await checkQuota(unit, changes, settings);
  if (!within.ok) return within;
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
