import type { Stored, Table } from './table.ts';

/** One change of one row, or the removal of many, made by the functions below, so that a table and its entity belong together. */
export type Change =
  | { readonly kind: 'insert' | 'update'; readonly table: Table; readonly entity: Stored }
  | { readonly kind: 'delete'; readonly table: Table; readonly id: string }
  | ({ readonly kind: 'delete-all'; readonly table: Table } & Belonging);

/** Says which rows belong to one thing, and where all their claims are that nothing else holds. */
interface Belonging {
  readonly column: string;
  readonly value: string;
  readonly claimScope: string;
}

/** The change that adds a row. The store fails the unit when a row of this id is there. */
export function insertRow<Entity extends Stored>(table: Table<Entity>, entity: Entity): Change {
  return { kind: 'insert', table, entity };
}

/** Writes the whole entity, which carries its next revision. */
export function updateRow<Entity extends Stored>(table: Table<Entity>, entity: Entity): Change {
  return { kind: 'update', table, entity };
}

/** The change that deletes the row of an id. */
export function deleteRow<Entity extends Stored>(table: Table<Entity>, id: Entity['id']): Change {
  return { kind: 'delete', table, id };
}

/** Deletes all rows that belong to a thing, in the time of one where they are thousands. Absent ones are no conflict. */
export function deleteRows<Entity extends Stored>(table: Table<Entity>, belonging: Belonging): Change {
  return { kind: 'delete-all', table, ...belonging };
}
