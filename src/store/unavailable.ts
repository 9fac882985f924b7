export interface UnavailableDetails {
  /** Whether a write may have been committed all the same: its answer was lost on the way. */
  readonly isOutcomeUnknown?: boolean;
  /** What clients are told: a clause without the database's address or path. Default: it can't be reached. */
  readonly told?: string;
}

/** The database can't be reached or used, or went away while it worked. It passes: the same call may succeed later. */
export class StoreUnavailable extends Error {
  readonly isOutcomeUnknown: boolean;
  readonly told: string;

  constructor(
    cause: unknown,
    { isOutcomeUnknown = false, told = "the database can't be reached" }: UnavailableDetails = {},
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${told}: ${reason}`, { cause });
    this.name = 'StoreUnavailable';
    this.isOutcomeUnknown = isOutcomeUnknown;
    this.told = told;
  }
}
