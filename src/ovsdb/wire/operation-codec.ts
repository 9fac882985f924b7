import { err, ok, type Result, type Uuid } from '../../base/index.ts';
import { type DatabaseError, databaseError, type OvsdbError, transportError } from '../errors.ts';
import type { Commit, Condition, Operation, OperationResult } from '../operation.ts';
import type { ColumnType, DatabaseSchema, TableSchema } from '../schema.ts';
import type { RowValue, Value } from '../value.ts';
import { decodeValue, encodeValue, ValueError } from './value-codec.ts';

/** An operation in the form of RFC 7047 §5.2. Throws for a table or column that the schema lacks: that is a bug. */
export function encodeOperation(schema: DatabaseSchema, operation: Operation): object {
  switch (operation.op) {
    case 'commit':
    case 'abort':
    case 'comment':
      return operation;
    case 'assert':
      return operation;
  }
  const table = tableOf(schema, operation.table);
  const where = 'where' in operation ? { where: encodeConditions(table, operation.where) } : {};
  const head = { op: operation.op, table: operation.table, ...where };
  switch (operation.op) {
    case 'insert':
      return {
        ...head,
        row: encodeRow(table, operation.row),
        ...(operation.as ? { 'uuid-name': operation.as } : {}),
        ...(operation.uuid ? { uuid: operation.uuid } : {}),
      };
    case 'select':
      return { ...head, ...(operation.columns ? { columns: operation.columns } : {}) };
    case 'update':
      return { ...head, row: encodeRow(table, operation.row) };
    case 'mutate':
      return { ...head, mutations: encodeTriples(table, operation.mutations) };
    case 'delete':
      return head;
    case 'wait': {
      const { columns, until, timeoutMs } = operation;
      const rows = operation.rows.map((row) => encodeRow(table, row));
      return { ...head, columns, until, rows, ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }) };
    }
  }
}

/** Conditions in the wire's form. */
export function encodeConditions(table: TableSchema, where: readonly Condition[]): unknown[] {
  return encodeTriples(table, where);
}

/** Matches the answer's elements with the operations (RFC 7047 §4.1.3); the first error found is the answer. */
export function decodeResults(
  schema: DatabaseSchema,
  operations: readonly Operation[],
  json: unknown,
): Result<Commit, OvsdbError> {
  if (!Array.isArray(json)) return err(transportError('protocol-violation', 'the result of transact is no array'));
  for (const [index, element] of json.entries()) {
    const error = errorOf(element, index < operations.length ? index : undefined);
    if (error) return err(error);
  }
  try {
    const results = operations.map((operation, index) => decodeResult(schema, operation, json[index]));
    return ok({ results, inserted: insertedUuids(operations, results) });
  } catch (error) {
    if (error instanceof ValueError) return err(transportError('protocol-violation', error.message));
    throw error;
  }
}

/** The <error> in an element of a result, or in the `error` member of a reply; undefined when it is none. */
export function errorOf(json: unknown, operation?: number): DatabaseError | undefined {
  if (typeof json === 'string') return databaseError(json, '', operation);
  if (typeof json !== 'object' || json === null || !('error' in json)) return undefined;
  const details = 'details' in json && typeof json.details === 'string' ? json.details : '';
  const syntax = 'syntax' in json && typeof json.syntax === 'string' ? ` (syntax: ${json.syntax})` : '';
  return databaseError(String(json.error), details + syntax, operation);
}

function decodeResult(schema: DatabaseSchema, operation: Operation, json: unknown): OperationResult {
  const answer = (json ?? {}) as Readonly<Record<string, unknown>>;
  switch (operation.op) {
    case 'insert':
      return { op: 'insert', uuid: decodeValue(uuidType, answer.uuid) as Uuid };
    case 'select':
      return { op: 'select', rows: decodeRows(tableOf(schema, operation.table), answer.rows) };
    case 'update':
    case 'mutate':
    case 'delete':
      if (typeof answer.count !== 'number') throw new ValueError(`no count in the answer to ${operation.op}`);
      return { op: operation.op, count: answer.count };
    default:
      return { op: operation.op };
  }
}

function decodeRows(table: TableSchema, json: unknown): RowValue[] {
  if (!Array.isArray(json)) throw new ValueError('no rows in the answer to select');
  return json.map((row: Readonly<Record<string, unknown>>) => {
    const decoded: Record<string, Value> = {};
    for (const [column, value] of Object.entries(row)) {
      const type = findColumnType(table, column);
      if (type) decoded[column] = decodeValue(type, value);
    }
    return decoded;
  });
}

function insertedUuids(operations: readonly Operation[], results: readonly OperationResult[]): Map<string, Uuid> {
  const inserted = new Map<string, Uuid>();
  for (const [index, operation] of operations.entries()) {
    const result = results[index];
    if (operation.op === 'insert' && operation.as && result?.op === 'insert') inserted.set(operation.as, result.uuid);
  }
  return inserted;
}

function encodeRow(table: TableSchema, row: RowValue): Record<string, unknown> {
  const encoded: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) encoded[column] = encodeValue(columnTypeOf(table, column), value);
  return encoded;
}

function encodeTriples(table: TableSchema, triples: readonly (readonly [string, string, Value])[]): unknown[] {
  return triples.map(([column, word, value]) => [column, word, encodeValue(columnTypeOf(table, column), value)]);
}

const uuidType: ColumnType = { kind: 'scalar', key: 'uuid' };

function findColumnType(table: TableSchema, column: string): ColumnType | undefined {
  return column === '_uuid' || column === '_version' ? uuidType : table.columns[column]?.type;
}

function columnTypeOf(table: TableSchema, column: string): ColumnType {
  const type = findColumnType(table, column);
  if (!type) throw new Error(`no column ${column} in the schema`);
  return type;
}

function tableOf(schema: DatabaseSchema, name: string): TableSchema {
  const table = schema.tables[name];
  if (!table) throw new Error(`no table ${name} in schema ${schema.name}`);
  return table;
}
