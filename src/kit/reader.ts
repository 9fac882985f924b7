import type { Change } from './change.ts';
import type { Key } from './key.ts';
import type { ProjectId } from './standard.ts';
import type { Claim, SqlValue, Stored, Table } from './table.ts';

/**
 * A condition on rows. Kept small enough to be translated to SQL in one page.
 * - `in`: the column equals one of the values; null among them means IS NULL.
 * - `contains`: the column's text contains the given text, case-sensitively, with no wildcards; with `part`, of a column that
 *   holds a list of lists, the text of that part of one of them does.
 * - `compare`: for paging after a marker; null sorts first, in both directions of thought: null < anything.
 * - `related`: `column` equals the `id` (or `relatedColumn`) of some row of `table` for which `where` holds.
 * - `claims`: the row holds a claim in `scope` whose value is one of `values` (default: any), or in any scope whose name begins
 *   with `scopePrefix`. Of prefixes, only that of subnets has an index (0017-claims-on-addresses).
 */
export type Predicate =
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly SqlValue[] }
  | { readonly kind: 'contains'; readonly column: string; readonly text: string; readonly part?: number }
  | {
      readonly kind: 'compare';
      readonly column: string;
      readonly operator: '<' | '>';
      readonly value: SqlValue;
    }
  | { readonly kind: 'all'; readonly of: readonly Predicate[] }
  | { readonly kind: 'any'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  | {
      readonly kind: 'related';
      readonly column: string;
      readonly table: Table;
      readonly relatedColumn?: string;
      readonly where: Predicate;
    }
  | { readonly kind: 'claims'; readonly scope: string; readonly values?: readonly string[] }
  | { readonly kind: 'claims'; readonly scopePrefix: string; readonly values: readonly string[] };

/** A column to sort by. */
export interface SortKey {
  readonly column: string;
  readonly descending: boolean;
}

/** A selection of rows, their order, and how many of them at most. */
export interface Query {
  readonly where: Predicate;
  /** Default: by id. `id` is always the last key, so the order is total. */
  readonly sort?: readonly SortKey[];
  readonly limit?: number;
}

/** The part of the store that rules' worlds are read from: one transaction's consistent view. The store implements it. */
export interface Reader {
  find<E extends Stored>(table: Table<E>, id: string): Promise<E | undefined>;
  list<E extends Stored>(table: Table<E>, query: Query): Promise<readonly E[]>;
  /** The ids of what `list` would answer, for far less than the whole. */
  listIds<E extends Stored>(table: Table<E>, query: Query): Promise<readonly E['id'][]>;
  /** Which of `values` are claimed in `scope`; with no values, all that are, in order. */
  claimed(scope: string, values?: readonly string[]): Promise<readonly string[]>;
  /** The id of the row that claims a value, be it a row that others do not see yet. Costs much less than a query. */
  holderOf(scope: string, value: string): Promise<string | undefined>;
  /** Which of these claims somebody holds. */
  heldClaims(claims: readonly Claim[]): Promise<readonly Claim[]>;
  /** In which of these scopes anything is claimed. */
  claimedScopes(scopes: readonly string[]): Promise<readonly string[]>;
  /** How many claims there are in a scope. Counts one by one: about half a millisecond for 10,000. */
  countClaims(scope: string): Promise<number>;
  /** How many rows of a table that is counted a project has, those of bulks that nobody sees yet among them. */
  tally(table: Table, projectId: ProjectId): Promise<number>;
  /** Claims of a scope between two values, both included, in order: for a pool nearly full. */
  claimedBetween(scope: string, first: string, last: string): Promise<readonly string[]>;
}

/** A unit of work: everything applied through it commits together with its outbox keys, or not at all. */
export interface Writer extends Reader {
  /** Later reads of the same unit of work see the changes. */
  apply(changes: readonly Change[], dirty: readonly Key[]): Promise<void>;
}
