import type { Atom } from './value.ts';

/** RFC 7047 §3.2 <atomic-type>. */
export type AtomicType = 'integer' | 'real' | 'boolean' | 'string' | 'uuid';

/** The type of a column, reduced to the four shapes that matter to a reader (RFC 7047 §3.2 <type>). */
export type ColumnType =
  | { readonly kind: 'scalar'; readonly key: AtomicType }
  | { readonly kind: 'optional'; readonly key: AtomicType }
  | { readonly kind: 'set'; readonly key: AtomicType }
  | { readonly kind: 'map'; readonly key: AtomicType; readonly value: AtomicType };

/** The type of a column, and the constraints on its values (RFC 7047 §3.2 <column-schema>). */
export interface ColumnSchema {
  readonly type: ColumnType;
  /** The only values allowed, where the schema lists them. */
  readonly enum?: readonly Atom[];
  /** The table whose rows a uuid key, or a uuid value of a map, names. */
  readonly refTable?: string;
  readonly valueRefTable?: string;
  /** A strong reference keeps its row alive; a weak one vanishes with it. Default strong (RFC 7047 §3.2). */
  readonly refType?: 'strong' | 'weak';
  /** False where a column may be written by the insert only. Default true. */
  readonly mutable?: boolean;
}

/** The columns of a table, and which of them together must be unique (RFC 7047 §3.2 <table-schema>). */
export interface TableSchema {
  readonly columns: Readonly<Record<string, ColumnSchema>>;
  /** Rows of a table that is not root are collected when nothing refers to them (RFC 7047 §3.2 "isRoot"). */
  readonly isRoot: boolean;
  readonly indexes: readonly (readonly string[])[];
}

/**
 * A database's tables. `Tables` maps a table's name to the type of its rows (with `_uuid`); the generated modules of
 * `ovn/` bind the two, so that every call which takes the schema is typed by it.
 */
export interface DatabaseSchema<Tables extends object = Record<string, { readonly _uuid: string }>> {
  readonly name: string;
  readonly version: string;
  readonly tables: { readonly [T in keyof Tables & string]: TableSchema };
}
