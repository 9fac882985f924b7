import type { Stored, Table } from './table.ts';

/** One change of one row, made by the functions below, so that a table and its entity belong together. */
export type Change =
  | { readonly kind: 'insert' | 'update'; readonly table: Table; readonly entity: Stored }
  | { readonly kind: 'delete'; readonly table: Table; readonly id: string };

export function insertRow<Entity extends Stored>(table: Table<Entity>, entity: Entity): Change {
  return { kind: 'insert', table, entity };
}

/** Writes the whole entity, which carries its next revision. */
export function updateRow<Entity extends Stored>(table: Table<Entity>, entity: Entity): Change {
  return { kind: 'update', table, entity };
}

export function deleteRow<Entity extends Stored>(table: Table<Entity>, id: Entity['id']): Change {
  return { kind: 'delete', table, id };
}
