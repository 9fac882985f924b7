import type { Uuid } from '../../base/index.ts';
import type { Row } from '../replica.ts';
import type { ColumnType, TableSchema } from '../schema.ts';
import type { Value } from '../value.ts';
import { applyDifference, decodeValue, defaultValue, sameValue, sharedText, ValueError } from './value-codec.ts';

/** Reads the rows of one table, or of the selected columns of it. */
export interface TableCodec {
  readonly columns: readonly string[];
  /** A whole row from its columns that differ from the default (update2 `initial`, `insert`; update `new`). */
  decodeRow(uuid: Uuid, json: unknown): Row;
  /** The row that `old` becomes by an update2 `modify`. */
  modifyRow(old: Row, json: unknown): Row;
  /** Whether two rows are equal in every column. */
  sameRow(a: Row, b: Row): boolean;
}

/** Makes the codec for these columns of a table. Throws when the schema lacks one of them. */
export function tableCodec(table: string, schema: TableSchema, columns: readonly string[]): TableCodec {
  const types = new Map<string, ColumnType>();
  for (const column of columns) types.set(column, columnType(table, schema, column));
  const entries = [...types];
  const template: Record<string, Value> = { _uuid: '' };
  for (const [column, type] of entries) template[column] = defaultValue(type);
  return {
    columns,
    decodeRow(uuid, json) {
      // A copy of the template shares its hidden class, so that a row costs its values only.
      const row = { ...template };
      row._uuid = sharedText(uuid);
      eachColumn(types, json, (column, type, value) => {
        row[column] = decodeValue(type, value);
      });
      return row as unknown as Row;
    },
    modifyRow(old, json) {
      const row = { ...(old as unknown as Record<string, Value>) };
      eachColumn(types, json, (column, type, value) => {
        row[column] = applyDifference(type, row[column], value);
      });
      return row as unknown as Row;
    },
    sameRow(a, b) {
      const [left, right] = [a as unknown as Record<string, Value>, b as unknown as Record<string, Value>];
      return entries.every(([column, type]) => sameValue(type, left[column], right[column]));
    },
  };
}

function columnType(table: string, schema: TableSchema, column: string): ColumnType {
  const type = schema.columns[column]?.type;
  if (!type) throw new Error(`no column ${column} in table ${table}`);
  return type;
}

function eachColumn(
  types: ReadonlyMap<string, ColumnType>,
  json: unknown,
  take: (column: string, type: ColumnType, value: unknown) => void,
): void {
  if (typeof json !== 'object' || json === null) throw new ValueError('not a row');
  for (const column in json) {
    const type = types.get(column);
    if (type) take(column, type, (json as Record<string, unknown>)[column]);
  }
}
