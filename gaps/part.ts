/** How the look for one thing ended. */
export type PartOutcome =
  /** Seen, on real packets. */
  | 'passed'
  /** Looked for and not seen, or the opposite seen. */
  | 'failed'
  /** The API refused a request that it takes. */
  | 'refused'
  /** The API accepts it and the row does not look further: never enough for a yes. */
  | 'unproven'
  /** Could not be looked for: the machine or the access lacks what it takes. */
  | 'skipped';

/** One thing that a row looked for, with what it saw: requests made, packets captured, counters read. */
export interface Part {
  readonly part: string;
  readonly outcome: PartOutcome;
  /** When it fails, nothing else redeems the row: the verdict is no. */
  readonly essential: boolean;
  readonly seen: readonly string[];
  /** How long the row looked. */
  readonly milliseconds: number;
}
