import type { Problem } from '../resources/index.ts';
import { StoreBusy, StoreUnavailable } from '../store/index.ts';

/** What to tell a client whose request failed because the store was too busy, or away. Undefined for other errors. */
export function unavailableProblem(error: unknown): Problem | undefined {
  if (error instanceof StoreBusy)
    return { kind: 'unavailable', reason: 'Too many requests wait for the database. Nothing was changed.' };
  if (!(error instanceof StoreUnavailable)) return undefined;
  const reason = error.isOutcomeUnknown
    ? 'The connection to the database was lost while the change was committed: it may have been made, or not.'
    : "The database can't be reached. Nothing was changed.";
  return { kind: 'unavailable', reason };
}
