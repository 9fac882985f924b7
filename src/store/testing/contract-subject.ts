/** What a store is tested on. */
export interface ContractSubject {
  /** Makes an empty database and says how to open it. */
  createDatabase(): Promise<string>;
  /** Ends the server as a power cut would and starts it again; where there is one. */
  crash?(): Promise<void>;
}
