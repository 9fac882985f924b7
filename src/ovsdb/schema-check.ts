import { type OvsdbError, transportError } from './errors.ts';
import { parseSchema } from './parse-schema.ts';
import type { DatabaseSchema } from './schema.ts';

/**
 * Compares the columns that are wanted with the schema that get_schema returned (RFC 7047 §4.1.2): another version of
 * the database is fine while it has them in the shape that we expect. Undefined: it has.
 */
export function findMismatch(
  wanted: DatabaseSchema,
  columnsByTable: ReadonlyMap<string, readonly string[]>,
  json: unknown,
): OvsdbError | undefined {
  const served = parseSchema(json);
  if (!served.ok) return transportError('protocol-violation', served.error);
  const missing = [...columnsByTable].flatMap(([table, columns]) =>
    columns.filter((column) => !sameShape(wanted, served.value, table, column)).map((column) => `${table}.${column}`),
  );
  if (missing.length === 0) return undefined;
  const { name, version } = served.value;
  return transportError('schema-mismatch', `${name} ${version} lacks, or has in another shape: ${missing.join(', ')}`);
}

function sameShape(a: DatabaseSchema, b: DatabaseSchema, table: string, column: string): boolean {
  const [left, right] = [a.tables[table]?.columns[column]?.type, b.tables[table]?.columns[column]?.type];
  return left !== undefined && JSON.stringify(left) === JSON.stringify(right);
}
