import type { Key } from '../kit/index.ts';

/** Where the desired state is read. */
export interface Source<World> {
  /**
   * One consistent snapshot of all that the keys' desired state is computed from. A key that is absent from it
   * is to be deleted, so an incomplete read must throw.
   */
  load(keys: readonly Key[]): Promise<World>;
  /** The keys of everything that should exist, for a full scan. */
  listKeys(): Promise<readonly Key[]>;
}
