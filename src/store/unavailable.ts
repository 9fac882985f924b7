import { describeError, OperationalError } from '../base/index.ts';

/** Further facts about a database that cannot serve, for clients, for the operator, and for the one who asked. */
export interface UnavailableDetails {
  /** Whether a write may have been committed all the same: its answer was lost on the way. */
  readonly isOutcomeUnknown?: boolean;
  /** What clients are told: a clause without the database's address or path. Default: it can't be reached. */
  readonly told?: string;
  /** What the operator can do about it: a clause. */
  readonly wayOut?: string | undefined;
  /** Whether the server refuses the user, its password or the database: no restart or failover that is waited for. */
  readonly isRefusal?: boolean;
}

/** The database can't be reached or used, or went away while it worked. It passes: the same call may succeed later. */
export class StoreUnavailable extends OperationalError {
  readonly isOutcomeUnknown: boolean;
  readonly isRefusal: boolean;
  readonly told: string;

  constructor(
    cause: unknown,
    {
      isOutcomeUnknown = false,
      isRefusal = false,
      told = "the database can't be reached",
      wayOut,
    }: UnavailableDetails = {},
  ) {
    super(`${told}: ${describeError(cause)}${wayOut === undefined ? '' : `; ${wayOut}`}`, { cause });
    this.name = 'StoreUnavailable';
    this.isOutcomeUnknown = isOutcomeUnknown;
    this.isRefusal = isRefusal;
    this.told = told;
  }
}
