import { type Address, type Prefix, parseAddress, parsePrefix } from '../ip/index.ts';
import type { SqlValue } from './table.ts';

/** A row as the database gives it: column names and raw values. */
export type Row = Readonly<Record<string, SqlValue>>;

/** A text column. Throws when it holds something else: the row is not what the table says. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`column ${column} holds ${String(value)}, not text`);
  return value;
}

/** A text column that may be null, which is read as undefined. Throws when it holds something else. */
export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

/** An integer column. PostgreSQL's driver gives 64-bit integers as text. */
export function integer(row: Row, column: string): number {
  const value = Number(row[column]);
  if (!Number.isSafeInteger(value)) throw new Error(`column ${column} holds ${String(row[column])}, not an integer`);
  return value;
}

/** An integer column that holds a boolean: anything but 0 is true. */
export function flag(row: Row, column: string): boolean {
  return integer(row, column) !== 0;
}

/** A boolean as an integer column holds it. */
export function fromFlag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

/** JSON text; the empty list and the empty object are frequent, so they are not built again and again. */
export function jsonText(value: readonly unknown[] | Readonly<Record<string, unknown>>): string {
  if (Array.isArray(value) && value.length === 0) return '[]';
  return JSON.stringify(value);
}

const noItems: readonly never[] = [];

/** A text column that holds a JSON list. Its items are trusted to be of the type, as only this service writes them. */
export function jsonList<T>(row: Row, column: string): readonly T[] {
  const value = text(row, column);
  return value === '[]' ? noItems : (JSON.parse(value) as readonly T[]);
}

/** A text column that holds a JSON object. */
export function jsonObject(row: Row, column: string): Readonly<Record<string, unknown>> {
  return JSON.parse(text(row, column)) as Readonly<Record<string, unknown>>;
}

/** An address that this project wrote. Throws when it doesn't parse. */
export function storedAddress(value: string): Address {
  const address = parseAddress(value);
  if (!address) throw new Error(`stored address ${value} does not parse`);
  return address;
}

/** A prefix that this service wrote. Throws when it does not parse. */
export function storedPrefix(value: string): Prefix {
  const prefix = parsePrefix(value);
  if (!prefix) throw new Error(`stored prefix ${value} does not parse`);
  return prefix;
}

/** An address as its claim's value: fixed-width hexadecimal, so that text order is numeric order. */
export function addressClaimValue(address: Address): string {
  return address.value.toString(16).padStart(address.family === 6 ? 32 : 8, '0');
}

/** The inverse of {@link addressClaimValue}. */
export function addressOfClaimValue(value: string): Address {
  return { family: value.length === 32 ? 6 : 4, value: BigInt(`0x${value}`) };
}
