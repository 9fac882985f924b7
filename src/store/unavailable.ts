/** The database can't be reached, or went away while it worked. It passes: the same call may succeed later. */
export class StoreUnavailable extends Error {
  /** Whether a write may have been committed all the same: its answer was lost on the way. */
  readonly isOutcomeUnknown: boolean;

  constructor(cause: unknown, isOutcomeUnknown = false) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`the database can't be reached: ${reason}`, { cause });
    this.name = 'StoreUnavailable';
    this.isOutcomeUnknown = isOutcomeUnknown;
  }
}
