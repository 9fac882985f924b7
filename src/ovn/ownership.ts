/**
 * Keys that Sextant writes into `external_ids`. A row without `owner` belongs to someone else and is never touched
 * (invariant 5).
 */
export const label = {
  /** The resource that the row stands for, as `<kind>/<id>`. */
  owner: 'sextant:owner',
  /** The revision of that resource that the row shows; a lower one never overwrites it (invariant 8). */
  revision: 'sextant:revision',
  /** In `NB_Global`: the id of the store whose projection NB is. */
  store: 'sextant:store',
} as const;

/** A row that can carry labels. */
export interface Owned {
  readonly external_ids: Readonly<Record<string, string>>;
}

/** The owner's label, or undefined when the row is not ours. */
export function ownerOf(row: Owned): string | undefined {
  return row.external_ids[label.owner];
}

/** The key of an index over our own rows: `indexes: { Logical_Switch: { owner: labelIndex(label.owner) } }`. */
export function labelIndex(key: string): (row: Owned) => string | undefined {
  return (row) => row.external_ids[key];
}
