import type { Change } from '../change.ts';
import type { Stored, Table } from '../table.ts';

/** The entity that a change writes to this table; undefined for a deletion, and for a change of another table. */
export function writtenTo<Entity extends Stored>(table: Table<Entity>, change: Change): Entity | undefined {
  // A change is made with the entity of its own table.
  return 'entity' in change && change.table === table ? (change.entity as Entity) : undefined;
}
