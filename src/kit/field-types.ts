import { err, ok, type Result, type Uuid } from '../base/index.ts';
import {
  type Address,
  formatAddress,
  formatPrefix,
  type Mac,
  type Prefix,
  parseAddress,
  parseMac,
} from '../ip/index.ts';
import type { AttributeType, Json, Schema } from './attribute.ts';
import * as parsed from './attribute-types.ts';
import type { Problem } from './refusal.ts';
import { storedAddress, storedPrefix } from './row.ts';
import type { Column, SqlValue } from './table.ts';

/** A kind of value as the API shows it, and as a column keeps it. */
export interface KeptType<T> {
  /** Of the form in answers. */
  readonly schema: Schema;
  show(value: T): Json;
  readonly column: Column;
  toColumn(value: T): SqlValue;
  /** Throws on what `toColumn` never wrote. */
  fromColumn(value: SqlValue): T;
  /** See `Shown` in attribute.ts. */
  filterValue?(text: string): Result<SqlValue, Problem>;
}

/** A kind of value in all its forms: also as a client gives it. */
export type FieldType<T> = KeptType<T> & AttributeType<T>;

/** Text up to a length. */
export function text(maximum: number): FieldType<string> {
  return kept(parsed.text(maximum));
}

/** A boolean, kept as 0 or 1. */
export const boolean: FieldType<boolean> = {
  ...parsed.boolean,
  show: (value) => value,
  column: { kind: 'integer' },
  toColumn: (value) => (value ? 1 : 0),
  fromColumn: (value) => Number(value) !== 0,
  filterValue: booleanFilter,
};

/** A whole number in a range, both ends included. */
export function integer(minimum: number, maximum?: number): FieldType<number> {
  return {
    ...parsed.integer(minimum, maximum),
    show: (value) => value,
    column: { kind: 'integer' },
    toColumn: (value) => value,
    // PostgreSQL's driver gives 64-bit integers as text.
    fromColumn: Number,
    filterValue: integerFilter,
  };
}

/** One of some words. */
export function word<const T extends string>(...words: readonly T[]): FieldType<T> {
  return kept(parsed.oneOf(...words));
}

/** 6 or 4. */
export const ipVersion: FieldType<4 | 6> = {
  ...parsed.oneNumberOf(6, 4),
  show: (value) => value,
  column: { kind: 'integer' },
  toColumn: (value) => value,
  fromColumn: (value) => (Number(value) === 4 ? 4 : 6),
  filterValue: integerFilter,
};

/** The id of another resource, which `references` names as its definition does. */
export function uuid<Id extends Uuid>(references: string): FieldType<Id> {
  return kept(parsed.uuid<Id>(references));
}

/** A MAC address of one host, kept as text in its canonical form. */
export const mac: FieldType<Mac> = { ...kept(parsed.mac), filterValue: (text) => ok(parseMac(text) ?? text) };

/** An IPv4 or IPv6 address, kept as text in its canonical form (RFC 5952). */
export const address: FieldType<Address> = {
  ...parsed.address,
  show: formatAddress,
  column: { kind: 'text' },
  toColumn: formatAddress,
  fromColumn: (value) => storedAddress(String(value)),
  filterValue(text) {
    const value = parseAddress(text);
    return ok(value ? formatAddress(value) : text);
  },
};

/** An IPv4 or IPv6 prefix, kept as text in its canonical form. */
export const prefix: FieldType<Prefix> = {
  ...parsed.prefix,
  show: formatPrefix,
  column: { kind: 'text' },
  toColumn: formatPrefix,
  fromColumn: (value) => storedPrefix(String(value)),
  filterValue(text) {
    const value = parsed.prefix.parse(text);
    return value.ok ? ok(formatPrefix(value.value)) : value;
  },
};

/** A prefix that may be given as an address. */
export const addressOrPrefix: FieldType<Prefix> = { ...prefix, ...parsed.addressOrPrefix };

/** `undefined` stands for null. */
export function nullable<T>(type: FieldType<T>): FieldType<T | undefined> {
  return {
    ...type,
    ...parsed.nullable(type),
    show: (value) => (value === undefined ? null : type.show(value)),
    column: { ...type.column, nullable: true },
    toColumn: (value) => (value === undefined ? null : type.toColumn(value)),
    fromColumn: (value) => (value === null ? undefined : type.fromColumn(value)),
  };
}

const noItems: readonly never[] = [];

/** A list, kept as JSON. `key` says by what items are equal; equal ones are refused. */
export function list<T>(item: FieldType<T>, key?: (item: T) => string): FieldType<readonly T[]> {
  return {
    ...parsed.list(item, key),
    show: (values) => values.map(item.show),
    column: { kind: 'text' },
    // Most lists are empty.
    toColumn: (values) => (values.length === 0 ? '[]' : JSON.stringify(values.map(item.toColumn))),
    fromColumn: (value) =>
      value === '[]' ? noItems : (JSON.parse(String(value)) as readonly SqlValue[]).map(item.fromColumn),
  };
}

/** The same type with one more condition. `check` answers what is wrong. */
export function where<T>(type: FieldType<T>, check: (value: T) => Problem | undefined): FieldType<T> {
  return {
    ...type,
    parse(value): Result<T, Problem> {
      const result = type.parse(value);
      const wrong = result.ok ? check(result.value) : undefined;
      return wrong ? err(wrong) : result;
    },
  };
}

/** Lists by a boolean take every word for it that a request may say. */
export function booleanFilter(text: string): Result<SqlValue, Problem> {
  const value = parsed.boolean.parse(text);
  return value.ok ? ok(value.value ? 1 : 0) : value;
}

/** Lists by a number refuse text that is none (neutron-lib api/converters.py `convert_to_int`). */
export function integerFilter(text: string): Result<SqlValue, Problem> {
  return parsed.integer(Number.MIN_SAFE_INTEGER).parse(text);
}

/** Text that is shown and kept as it was given. */
function kept<T extends string>(type: AttributeType<T>): FieldType<T> {
  return {
    ...type,
    show: (value) => value,
    column: { kind: 'text' },
    toColumn: (value) => value,
    fromColumn: (value) => String(value) as T,
  };
}
