/** Names one object of the store. All that a reconciliation is ever given: never a payload, so it can't be stale. */
export interface Key {
  readonly kind: string;
  readonly id: string;
}
