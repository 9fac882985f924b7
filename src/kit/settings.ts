/**
 * Settings that an operator may change: each is an option of the controller, which says its range. Those here are about
 * any resource; resources add their own by declaration merging, and rules find all of them in their context.
 */
export interface ResourceSettings {
  /** Most that one request may create. Default 10,000. DEVIATION(ADR-0016): Neutron has no such limit. */
  readonly maxBulkItems: number;
  /**
   * A client that takes nothing of a list for so long loses the rest: until then a view of the database is kept for it,
   * and with that all that was written since. Seconds, default 30. DEVIATION(ADR-0008).
   */
  readonly listPauseSeconds: number;
}
