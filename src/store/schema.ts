import type { SqlValue } from '../kit/index.ts';

/** The tables that are the store's own. Those of the entities follow from the resources' `Table`s. */
export interface OwnTables {
  readonly schema_migrations: { readonly name: string; readonly applied_at: string };
  /** One row: which store this is. */
  readonly store_identity: { readonly only: number; readonly id: string };
  /** One row: the newest revision. */
  readonly newest_revision: { readonly only: number; readonly value: number };
  /** What each writer committed last. */
  readonly commit_marks: { readonly writer: string; readonly number: number; readonly left_at: number };
  readonly claims: { readonly scope: string; readonly value: string; readonly holder: string };
  /** How many rows of a table each project has: the database counts them by triggers. */
  readonly tallies: { readonly kind: string; readonly project_id: string; readonly total: number };
  /** What has to reach OVN: one row for each thing and revision. */
  readonly outbox: KeyRow;
  /** What changed lately, for those who follow along: one row for each thing and revision. */
  readonly changes: KeyRow;
  /** Bulks that are being written in several units. */
  readonly open_bulks: { readonly id: string; readonly parts: number };
  /** Rows of entities that a bulk has written: unseen outside of units while it is open. */
  readonly staged_rows: { readonly id: string; readonly bulk: string; readonly resource: string };
  /** Keys that go to the outbox with the bulk's end. */
  readonly staged_keys: { readonly bulk: string; readonly kind: string; readonly id: string };
  readonly port_forwarding: { readonly port_id: string; readonly is_up: number; readonly chassis: string | null };
  readonly port_wirings: { readonly port_id: string; readonly host: string; readonly revision: number };
  readonly leases: {
    readonly port_id: string;
    readonly address: string;
    readonly client_duid: string;
    readonly identity_association: number;
    readonly expires_at: number;
  };
  /** Whose the addresses of networks are that are not declared. */
  readonly bindings: {
    readonly network_id: string;
    readonly address: string;
    readonly port_id: string;
    readonly kind: string;
    readonly granted_at: number;
    readonly seen_at: number;
  };
  readonly port_drops: { readonly port_id: string; readonly reason: string; readonly packets: number };
}

/** A row of the outbox: a key, and the revision of the unit of work that made it dirty. */
export interface KeyRow {
  readonly revision: number;
  readonly kind: string;
  readonly id: string;
}

/** Rows of entities, whose columns only the resources know. */
export type EntityTables = Record<string, Record<string, SqlValue>>;
