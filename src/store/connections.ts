/** For what the connections to the database are used. The writer has one of its own, and so have looks at the server's health. */
export interface ConnectionShares {
  /** Reads of one moment each. */
  readonly readers: number;
  /** Snapshots within the process. */
  readonly snapshots: number;
  /** Collections that are read in pages. Each takes as long as a client does to read the answer. */
  readonly collections: number;
}

/** SQLite answers on one thread: more connections are no faster, but clients that are slow keep theirs. */
export const unsharedConnections: ConnectionShares = { readers: 1, snapshots: 8, collections: 64 };

/** Shares out `total` connections, the writer's and that of the looks among them; at least 8. */
export function shareConnections(total: number): ConnectionShares {
  const shared = Math.max(8, total) - 2;
  const readers = Math.floor(shared / 3);
  const snapshots = Math.floor(shared / 5);
  return { readers, snapshots, collections: shared - readers - snapshots };
}
