import type { Uuid } from '../base/index.ts';
import type { Condition } from './operation.ts';

type Row = { readonly _uuid: Uuid };

/** Which rows and columns of one table are replicated. */
export interface TableSelection<R = Record<string, unknown>> {
  readonly columns: 'all' | readonly (Exclude<keyof R, '_uuid'> & string)[];
  /** Rows that match any of these conditions (ovsdb-server(7) §4.1.12 monitor_cond). Default: every row. */
  readonly where?: readonly Condition[];
}

/** Which tables are replicated: those named. */
export type Selection<Tables extends object> = { readonly [T in keyof Tables]?: TableSelection<Tables[T]> };

/** The rows that a selection leaves to see. */
export type Selected<Tables extends object, S extends Selection<Tables>> = {
  readonly [T in keyof S & keyof Tables]: S[T] extends { readonly columns: readonly (infer C)[] }
    ? Pick<Tables[T], (C & keyof Tables[T]) | ('_uuid' & keyof Tables[T])>
    : Tables[T];
};

/** Computes the key, or keys, under which an index finds a row; undefined or none: it doesn't. */
export type IndexKey<R> = (row: R) => string | readonly string[] | undefined;

/** Secondary indexes per table, by name. */
export type Indexes<Seen extends object> = { readonly [T in keyof Seen]?: Readonly<Record<string, IndexKey<Seen[T]>>> };

/** The change of one row. An insert has no `old`, a delete no `new`. Both are whole, immutable rows. */
export type RowChange<Seen extends object> = {
  readonly [T in keyof Seen & string]: {
    readonly table: T;
    readonly uuid: Uuid;
    readonly old: Seen[T] | undefined;
    readonly new: Seen[T] | undefined;
  };
}[keyof Seen & string];

/**
 * An event that subscribers get.
 * - `snapshot`: the replica is complete; `changes` is all that differs from what it held before. `history` says whether
 *   it is the first, the same history resumed after a reconnect, or read anew because the server could not resume (not
 *   clustered, restarted, emptied, restored): then rows that are gone are deletes in `changes`.
 * - `update`: one transaction (or several that the server merged while we were slow).
 * - `lost`: no connection any more. Rows stay readable and get older; `complete` is false until the next `snapshot`.
 */
export type ReplicaEvent<Seen extends object> =
  | {
      readonly kind: 'snapshot';
      readonly history: 'first' | 'resumed' | 'reloaded';
      readonly changes: readonly RowChange<Seen>[];
    }
  | { readonly kind: 'update'; readonly changes: readonly RowChange<Seen>[] }
  | { readonly kind: 'lost' };

/** One table of the replica. Rows are immutable: an update replaces the object. */
export interface TableReplica<R> {
  readonly size: number;
  find(uuid: Uuid): R | undefined;
  rows(): Iterable<R>;
  /** Rows under a key of a declared index, in no particular order. Throws for an index that was not declared. */
  listBy(index: string, key: string): readonly R[];
  /** The first of listBy. */
  findBy(index: string, key: string): R | undefined;
}

/** A local copy of the selected part of a database, kept up to date. */
export interface Replica<Seen extends object> {
  /** Whether it reflects the server that we are connected to. Nothing may be diffed or pruned while it is false. */
  readonly complete: boolean;
  /** Counts the batches applied: equal numbers, equal contents. */
  readonly revision: number;
  table<T extends keyof Seen & string>(name: T): TableReplica<Seen[T]>;
  /** From now on, calls back synchronously after each whole batch is applied. Returns the way to stop. */
  subscribe(listener: (event: ReplicaEvent<Seen>) => void): () => void;
}

export type { Row };
