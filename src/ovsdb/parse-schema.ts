import { err, ok, type Result } from '../base/index.ts';
import type { AtomicType, ColumnSchema, ColumnType, DatabaseSchema, TableSchema } from './schema.ts';
import type { Atom } from './value.ts';

type Json = Readonly<Record<string, unknown>>;

const atomicTypes: ReadonlySet<unknown> = new Set<AtomicType>(['integer', 'real', 'boolean', 'string', 'uuid']);

/** Reads a <database-schema> (RFC 7047 §3.2), from an *.ovsschema file or get_schema. The error says what is wrong. */
export function parseSchema(json: unknown): Result<DatabaseSchema, string> {
  if (!isObject(json) || typeof json.name !== 'string') return err('not a <database-schema>');
  if (!isObject(json.tables)) return err(`schema ${json.name}: no tables`);
  const tables: Record<string, TableSchema> = {};
  for (const [name, table] of Object.entries(json.tables)) {
    const parsed = parseTable(table);
    if (!parsed) return err(`schema ${json.name}: table ${name} is not a <table-schema>`);
    tables[name] = parsed;
  }
  return ok({ name: json.name, version: String(json.version ?? ''), tables });
}

function parseTable(json: unknown): TableSchema | undefined {
  if (!isObject(json) || !isObject(json.columns)) return undefined;
  const columns: Record<string, ColumnSchema> = {};
  for (const [name, column] of Object.entries(json.columns)) {
    const parsed = parseColumn(column);
    if (!parsed) return undefined;
    columns[name] = parsed;
  }
  const indexes = Array.isArray(json.indexes) ? (json.indexes as string[][]) : [];
  return { columns, isRoot: json.isRoot === true, indexes };
}

function parseColumn(json: unknown): ColumnSchema | undefined {
  if (!isObject(json)) return undefined;
  const source = typeof json.type === 'string' ? { key: json.type } : json.type;
  if (!isObject(source)) return undefined;
  const key = baseType(source.key);
  const value = source.value === undefined ? undefined : baseType(source.value);
  const type = columnType(source, key.type, value?.type);
  if (!type) return undefined;
  return {
    type,
    ...(key.enum === undefined ? {} : { enum: enumAtoms(key.enum) }),
    ...(typeof key.refTable === 'string' ? { refTable: key.refTable } : {}),
    ...(typeof value?.refTable === 'string' ? { valueRefTable: value.refTable } : {}),
    ...(key.refType === 'weak' || value?.refType === 'weak' ? { refType: 'weak' } : {}),
    ...(json.mutable === false ? { mutable: false } : {}),
  };
}

function columnType({ min = 1, max = 1 }: Json, key: unknown, value: unknown): ColumnType | undefined {
  if (!isAtomicType(key)) return undefined;
  if (value !== undefined) return isAtomicType(value) ? { kind: 'map', key, value } : undefined;
  if (max !== 1) return { kind: 'set', key };
  return min === 0 ? { kind: 'optional', key } : { kind: 'scalar', key };
}

function baseType(json: unknown): Json {
  return isObject(json) ? json : { type: json };
}

/** An enum is a <value>: one atom, or `["set", [...]]`. */
function enumAtoms(json: unknown): readonly Atom[] {
  return Array.isArray(json) && json[0] === 'set' ? json[1] : [json as Atom];
}

function isAtomicType(type: unknown): type is AtomicType {
  return atomicTypes.has(type);
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
