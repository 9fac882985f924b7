/** One entry of `/v2.0/extensions`. */
export interface ExtensionInfo {
  readonly alias: string;
  readonly name: string;
  readonly description: string;
  /** ISO 8601; neutron-lib's `UPDATED_TIMESTAMP` of the definition of that alias. */
  readonly updated: string;
}
