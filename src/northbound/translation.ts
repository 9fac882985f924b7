import { createHash } from 'node:crypto';
import type { Uuid } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { label } from '../ovn/index.ts';
import { keyText } from '../reconcile/index.ts';
import type { Kind } from './kind.ts';
import type { NbRows, NbTable } from './schema.ts';

/** The desired content of a row of `T`, in all columns that we manage. */
export type Columns<T extends NbTable> = Omit<NbRows[T], '_uuid'>;

/**
 * A row as it should stand in NB. Its uuid follows from the object that it stands for, so that two controllers can't
 * insert it twice, and a rebuilt NB has the rows that it had before (ovsdb-server(7) §5.2.1, `uuid` of insert).
 */
export interface DesiredRow<T extends NbTable = NbTable> {
  readonly uuid: Uuid;
  /** Of the object that the row stands for. */
  readonly revision: number;
  readonly columns: Columns<T>;
  /** Rows that are to have it as a member, in the column that the translation names. */
  readonly memberOf?: readonly Uuid[];
}

/** How one NB table is produced. Each table has exactly one. */
export interface Translation<T extends NbTable = NbTable> {
  readonly table: T;
  /** Which keys of the managed map columns are ours; other keys in there are left alone. */
  readonly ownsKey: { readonly [C in MapColumn<T>]: (key: string) => boolean };
  /** Set columns that are changed element by element: they may be long, and only what differs is sent. */
  readonly byElement?: readonly (keyof Columns<T> & string)[];
  /** The kinds of objects that its rows are made from. */
  readonly sources: readonly RowSource<T>[];
  /**
   * For a table whose rows live only as long as other rows refer to them (RFC 7047 §3.2 isRoot): those that do, from the
   * columns of a row that stands in NB or is to stand there.
   */
  parentsOf?(columns: Columns<T>): readonly Holder[];
  /** A column of weak references to its rows: rows there are members, and other clients may have added some of theirs. */
  readonly membersIn?: { readonly table: 'Port_Group'; readonly column: 'ports' };
}

/** The rows that objects of one kind become. */
export interface RowSource<T extends NbTable = NbTable> {
  readonly kind: Kind;
  rows(facts: unknown): readonly DesiredRow<T>[];
}

/** Says what rows an object of a kind becomes. */
export function madeFrom<T extends NbTable, Facts>(
  kind: Kind<Facts>,
  rows: (facts: Facts) => readonly DesiredRow<T>[],
): RowSource<T> {
  return { kind, rows: (facts) => rows(facts as Facts) };
}

/** A column of one row, in which other rows are referred to by their uuids. */
export interface Holder {
  readonly table: NbTable;
  readonly column: 'ports' | 'static_routes' | 'acls' | 'qos_rules';
  readonly uuid: Uuid;
}

type MapColumn<T extends NbTable> = {
  readonly [C in keyof Columns<T>]: Columns<T>[C] extends Readonly<Record<string, string>> ? C : never;
}[keyof Columns<T>];

/** The labels that every row of ours carries. */
export function labels(key: Key, revision: number): Record<string, string> {
  return { [label.owner]: keyText(key), [label.revision]: String(revision) };
}

/** `neutron:*` is what ML2/OVN writes and its tools read; the rest of `external_ids` is other people's. */
export function ownsExternalId(key: string): boolean {
  return key.startsWith('sextant:') || key.startsWith('neutron:');
}

/** Tells whether a key is one of `keys`. */
export function oneOf(...keys: readonly string[]): (key: string) => boolean {
  return (key) => keys.includes(key);
}

/** A uuid that follows from a text (RFC 9562 §5.5, with our own namespace). */
export function uuidOf(text: string): Uuid {
  const hash = createHash('sha1').update('sextant/northbound/').update(text).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex', 0, 16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join('-') as Uuid;
}
