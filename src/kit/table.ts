import type { Address } from '../ip/index.ts';
import type { Problem } from './refusal.ts';

/** A stored value. Booleans are 0 or 1; addresses, prefixes and structured values are text, the latter JSON. */
export type SqlValue = string | number | null;

/** The kind of a column's values, and whether it may be null. Default: not null. */
export interface Column {
  readonly kind: 'text' | 'integer';
  readonly nullable?: true;
}

/**
 * A name that at most one row may hold at a time, such as an address on a subnet or a MAC on a network. The store keeps
 * the claims of all rows in one table, unique on (scope, value), in step with the rows.
 */
export interface Claim {
  /** The scope in which the value is unique: `subnet:<id>`, `mac:<network id>`, `geneve`. */
  readonly scope: string;
  /** For addresses: 32 (IPv6) or 8 (IPv4) lower-case hex digits, so that their order is the order of the text. */
  readonly value: string;
}

/** An address on a network that an entity has by declaration. */
export interface DeclaredAddress {
  readonly networkId: string;
  readonly address: Address;
}

/** The fields that every entity has. An update carries the row's present revision plus one: the store refuses any other. */
export interface Stored {
  readonly id: string;
  readonly revision: number;
}

/** How a kind of entity is stored: one row each. Pure data and two pure functions; the store does the rest. */
export interface Table<Entity extends Stored = Stored> {
  readonly name: string;
  /** Includes `id` (text, primary key) and `revision` (integer). */
  readonly columns: Readonly<Record<string, Column>>;
  /** The name under which a quota limits how many of them a project has. Default: nothing does. The store counts the rows. */
  readonly counted?: string;
  toRow(entity: Entity): Record<string, SqlValue>;
  fromRow(row: Readonly<Record<string, SqlValue>>): Entity;
  claims?(entity: Entity): readonly Claim[];
  /** The refusal of a change whose claim another row holds. Absent: no rule lets that happen, so it is a bug. */
  taken?(claim: Claim): Problem | undefined;
  /** The IPv6 addresses that are the entity's by declaration: a port that was granted one of them has it no more. */
  declares?(entity: Entity): readonly DeclaredAddress[];
  /** The anchor of the addresses that the entity was granted (RFC 7039 §3): they end when it changes. */
  bindingAnchor?(entity: Entity): string;
}
