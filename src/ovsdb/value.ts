import type { Uuid } from '../base/index.ts';

/**
 * One atom (RFC 7047 §5.1 <atom>). An integer beyond 2^53 loses precision: no OVN or OVS column comes near.
 */
export type Atom = string | number | boolean;

/**
 * The value of a column: a scalar, an optional one (`undefined` is the empty set), a set, whose order means nothing, or
 * a map. Maps are plain objects; use `Object.hasOwn` before reading a key that a stranger chose. Values are immutable by
 * convention: rows of the replica share them.
 */
export type Value = Atom | undefined | readonly Atom[] | Readonly<Record<string | number, Atom>>;

/** A row as it is read or written: column name -> value. */
export type RowValue = Readonly<Record<string, Value>>;

/**
 * Names a row that an insert of the same transaction makes, wherever a uuid is expected (RFC 7047 §5.1 <named-uuid>).
 * It can't be mistaken for a real one: an <id> has no dash, a uuid always has.
 */
export function namedUuid(id: string): Uuid {
  if (!isId(id)) throw new Error(`not an RFC 7047 <id>: ${id}`);
  return id as Uuid;
}

/** Whether the text is an <id> (RFC 7047 §3.1), and therefore no uuid. */
export function isId(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}
