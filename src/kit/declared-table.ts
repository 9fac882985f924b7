import { type FieldType, integer, type KeptType, list, text } from './field-types.ts';
import type { Row } from './row.ts';
import type { SqlValue, Stored, Table } from './table.ts';
import { templateOf } from './template.ts';

/** A value of an entity: its name there, and the column that keeps it. */
export interface Kept {
  readonly name: string;
  readonly column: string;
  readonly type: KeptType<unknown>;
}

/** The values of `Stored`. */
export const partValues: readonly Kept[] = [kept('id', 'id', text(255)), kept('revision', 'revision', integer(0))];

/** The values of `Owned`, and the id. */
export const ownedValues: readonly Kept[] = [...partValues, kept('projectId', 'project_id', text(255))];

/** The values of `Standard`, and the id. */
export const standardValues: readonly Kept[] = [
  ...ownedValues,
  kept('description', 'description', text(255)),
  kept('tags', 'tags', list(text(255))),
  kept('createdAt', 'created_at', text(255)),
  kept('updatedAt', 'updated_at', text(255)),
];

// Inside of a table the types of values are not told apart: each is written and read by its own.
function kept<T>(name: string, column: string, type: FieldType<T>): Kept {
  return { name, column, type: type as unknown as KeptType<unknown> };
}

/** The table that keeps entities of these values. */
export function declaredTable<Entity extends Stored>(name: string, values: readonly Kept[]): Table<Entity> {
  const columns = Object.fromEntries(values.map(({ column, type }) => [column, type.column]));
  const emptyRow = templateOf<SqlValue>(Object.keys(columns), null);
  const emptyEntity = templateOf<unknown>(
    values.map((value) => value.name),
    undefined,
  );
  return {
    name,
    columns,
    toRow(entity) {
      const row = { ...emptyRow };
      for (const { name, column, type } of values) row[column] = type.toColumn(entity[name as keyof Entity]);
      return row;
    },
    fromRow(row: Row) {
      const entity = { ...emptyEntity };
      for (const { name, column, type } of values) entity[name] = type.fromColumn(row[column] ?? null);
      return entity as unknown as Entity;
    },
  };
}
