/** Why a change could not be made. */
export type Conflict =
  /** Somebody else holds the name. */
  | { readonly kind: 'claimed'; readonly scope: string; readonly value: string }
  | { readonly kind: 'not-found'; readonly table: string; readonly id: string }
  /** The change wanted to follow `expected`; the row has `actual`. */
  | {
      readonly kind: 'revision-mismatch';
      readonly table: string;
      readonly id: string;
      readonly expected: number;
      readonly actual: number;
    };

/** A change that contradicts the rows. A unit of work that reads a row before it changes it never meets this. */
export class StoreConflict extends Error {
  readonly conflict: Conflict;

  constructor(conflict: Conflict) {
    super(`change contradicts the rows: ${JSON.stringify(conflict)}`);
    this.name = 'StoreConflict';
    this.conflict = conflict;
  }
}
