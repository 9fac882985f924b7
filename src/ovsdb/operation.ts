import type { Uuid } from '../base/index.ts';
import type { DatabaseSchema } from './schema.ts';
import { namedUuid, type RowValue, type Value } from './value.ts';

/** RFC 7047 §5.1 <function>. On sets and maps `==` compares whole, `includes` and `excludes` by element. */
export type ConditionFunction = '<' | '<=' | '==' | '!=' | '>=' | '>' | 'includes' | 'excludes';

/** RFC 7047 §5.1 <condition>: column, function, value. A list of them is a conjunction; an empty list, every row. */
export type Condition = readonly [column: string, function_: ConditionFunction, value: Value];

/** RFC 7047 §5.1 <mutator>. */
export type Mutator = '+=' | '-=' | '*=' | '/=' | '%=' | 'insert' | 'delete';

/** RFC 7047 §5.1 <mutation>. `delete` on a map takes a map (key and value must match) or a set of keys. */
export type Mutation = readonly [column: string, mutator: Mutator, value: Value];

/**
 * One operation of a transaction (RFC 7047 §5.2) as plain data: functions return operations, the caller groups them.
 * Values are those of `value.ts`; the wire's form is made when the transaction is sent.
 */
export type Operation =
  | {
      readonly op: 'insert';
      readonly table: string;
      readonly row: RowValue;
      readonly as?: string;
      /** Chooses the row's uuid (ovsdb-server(7) §5.2.1). One that exists already fails with `duplicate-uuid`. */
      readonly uuid?: Uuid;
    }
  | {
      readonly op: 'select';
      readonly table: string;
      readonly where: readonly Condition[];
      readonly columns?: readonly string[];
    }
  | { readonly op: 'update'; readonly table: string; readonly where: readonly Condition[]; readonly row: RowValue }
  | {
      readonly op: 'mutate';
      readonly table: string;
      readonly where: readonly Condition[];
      readonly mutations: readonly Mutation[];
    }
  | { readonly op: 'delete'; readonly table: string; readonly where: readonly Condition[] }
  | {
      readonly op: 'wait';
      readonly table: string;
      readonly where: readonly Condition[];
      readonly columns: readonly string[];
      readonly until: '==' | '!=';
      readonly rows: readonly RowValue[];
      readonly timeoutMs?: number;
    }
  | { readonly op: 'commit'; readonly durable: boolean }
  | { readonly op: 'abort' }
  | { readonly op: 'comment'; readonly comment: string }
  | { readonly op: 'assert'; readonly lock: string };

/** The result of one operation, at the same position as the operation. */
export type OperationResult =
  | { readonly op: 'insert'; readonly uuid: Uuid }
  | { readonly op: 'select'; readonly rows: readonly RowValue[] }
  | { readonly op: 'update' | 'mutate' | 'delete'; readonly count: number }
  | { readonly op: 'wait' | 'commit' | 'abort' | 'comment' | 'assert' };

/** The answer to a transaction that was committed. */
export interface Commit {
  readonly results: readonly OperationResult[];
  /** The real uuid of each insert that was given a name by `as`. */
  readonly inserted: ReadonlyMap<string, Uuid>;
}

type Writable<Row> = Partial<Omit<Row, '_uuid'>>;
type ConditionOn<Row> = {
  readonly [C in keyof Row & string]: readonly [C, ConditionFunction, Row[C] | Element<Row[C]>];
}[keyof Row & string];
type MutationOn<Row> = {
  readonly [C in Exclude<keyof Row & string, '_uuid'>]: readonly [C, Mutator, Row[C] | Keys<Row[C]>];
}[Exclude<keyof Row & string, '_uuid'>];
/** A set may be compared with one of its elements. */
type Element<V> = V extends readonly (infer E)[] ? E : never;
/** Keys alone are enough to delete from a map. */
type Keys<V> = V extends readonly unknown[]
  ? never
  : V extends Readonly<Record<string, unknown>>
    ? readonly string[]
    : never;

/** Builders of operations, typed by a database's tables. */
export interface Operations<Tables extends object> {
  /** `as` names the new row for `namedUuid(as)` in the same transaction. Columns left out get their type's default. */
  insert<T extends keyof Tables & string>(table: T, row: Writable<Tables[T]>, as?: string): Operation;
  select<T extends keyof Tables & string>(
    table: T,
    where: readonly ConditionOn<Tables[T]>[],
    columns?: readonly (keyof Tables[T] & string)[],
  ): Operation;
  update<T extends keyof Tables & string>(
    table: T,
    where: readonly ConditionOn<Tables[T]>[],
    row: Writable<Tables[T]>,
  ): Operation;
  mutate<T extends keyof Tables & string>(
    table: T,
    where: readonly ConditionOn<Tables[T]>[],
    mutations: readonly MutationOn<Tables[T]>[],
  ): Operation;
  delete<T extends keyof Tables & string>(table: T, where: readonly ConditionOn<Tables[T]>[]): Operation;
  /** Holds the transaction back until the rows that match `where` are (`==`) or are not (`!=`) these. Default: don't wait, fail with `timed-out`. */
  wait<T extends keyof Tables & string>(
    table: T,
    where: readonly ConditionOn<Tables[T]>[],
    until: '==' | '!=',
    rows: readonly Writable<Tables[T]>[],
    options?: WaitOptions<Tables[T]>,
  ): Operation;
}

/** Which columns a `wait` compares, and for how long (RFC 7047 §5.2.6). */
export interface WaitOptions<Row> {
  /** Columns compared. Default: those of the first row. */
  readonly columns?: readonly (keyof Row & string)[];
  /** How long the server may hold the transaction. Default 0. */
  readonly timeoutMs?: number;
}

/** Builders for one database: `const nb = operationsOf(northbound.schema); nb.insert('Logical_Switch', {...}, 'ls')`. */
export function operationsOf<Tables extends object>(_schema: DatabaseSchema<Tables>): Operations<Tables> {
  return {
    insert: (table, row, as) => ({
      op: 'insert',
      table,
      row: row as RowValue,
      ...(as === undefined ? {} : { as: namedUuid(as) }),
    }),
    select: (table, where, columns) => ({ op: 'select', table, where: plain(where), ...(columns ? { columns } : {}) }),
    update: (table, where, row) => ({ op: 'update', table, where: plain(where), row: row as RowValue }),
    mutate: (table, where, mutations) => ({ op: 'mutate', table, where: plain(where), mutations: plain(mutations) }),
    delete: (table, where) => ({ op: 'delete', table, where: plain(where) }),
    wait: (table, where, until, rows, { columns, timeoutMs = 0 } = {}) => ({
      op: 'wait',
      table,
      where: plain(where),
      columns: columns ?? Object.keys(rows[0] ?? {}),
      until,
      rows: rows as readonly RowValue[],
      timeoutMs,
    }),
  };
}

/** The condition that names one row. */
export function byUuid(uuid: Uuid): [readonly ['_uuid', '==', Uuid]] {
  return [['_uuid', '==', uuid]];
}

/** Ends up in the server's transaction log (RFC 7047 §5.2.9). */
export function comment(text: string): Operation {
  return { op: 'comment', comment: text };
}

/** Makes the whole transaction fail with `aborted` (RFC 7047 §5.2.8). */
export function abort(): Operation {
  return { op: 'abort' };
}

/** Asks for the disk before the answer (RFC 7047 §5.2.7). A RAFT cluster always does so. */
export function commit(durable: boolean): Operation {
  return { op: 'commit', durable };
}

/** Fails with `not-owner` unless this connection holds the lock (RFC 7047 §5.2.10). */
export function assertLock(lock: string): Operation {
  return { op: 'assert', lock };
}

/** Forgets the column types that the builders checked: the wire codec has them from the schema. */
function plain<Item>(items: readonly unknown[]): readonly Item[] {
  return items as readonly Item[];
}
