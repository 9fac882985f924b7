import { type Problem, unavailable } from '../kit/index.ts';
import { StoreBusy, StoreUnavailable } from '../store/index.ts';

/** The answer for a request that failed because the store was too busy, or away. Undefined for other errors. */
export function unavailableProblem(error: unknown): Problem | undefined {
  if (error instanceof StoreBusy) return unavailable('Too many requests wait for the database. Nothing was changed.');
  if (!(error instanceof StoreUnavailable)) return undefined;
  if (error.isOutcomeUnknown) {
    const reason = 'The database failed while the change was committed: it may have been made, or not.';
    return unavailable(reason);
  }
  return unavailable(`${capitalised(error.told)}. Nothing was changed.`);
}

function capitalised(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}`;
}
