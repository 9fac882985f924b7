import type { Milliseconds } from '../base/index.ts';
import type { Key, Table } from '../kit/index.ts';
import type { Lookup } from './lookup.ts';

/** A kind of object that becomes rows in NB. `Facts` is all of the store that the rows of one object are made of. */
export interface Kind<Facts = unknown> {
  readonly kind: string;
  /** Where the objects are stored: a full scan marks all of them. None for what is only looked at with other objects. */
  readonly table?: Table;
  /** Least time between two looks at one object: for what changes all the time and is dear to read. Default: none. */
  readonly pause?: Milliseconds;
  /** The room that one takes in a transaction of 2,000, with what must be looked at with it. Default 1. */
  readonly weight?: number;
  /** Reads the facts of the objects; one that does not exist is missing in the answer, and has no rows. */
  read(lookup: Lookup, ids: readonly string[]): Promise<ReadonlyMap<string, Facts>>;
  /** Other objects that must be looked at in the same transaction, such as those that the rows hang from. */
  related?(facts: Facts): readonly Key[];
}
