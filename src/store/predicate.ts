import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { assertNever } from '../base/index.ts';
import type { Predicate, Query, SqlValue } from '../kit/index.ts';
import type { Words } from './dialect/session.ts';

type Condition = RawBuilder<SqlBool>;

/** Lists up to this length are bound value by value, which plans best; longer ones as one value. */
export const shortList = 16;

/** Says a predicate in SQL. Columns are those of the innermost table in view. */
export function conditionOf(predicate: Predicate, words: Words): Condition {
  switch (predicate.kind) {
    case 'in':
      return membership(predicate.column, predicate.values, words);
    case 'contains':
      return containment(predicate, words);
    case 'compare':
      return comparison(predicate);
    case 'all':
      return joined(predicate.of, sql` and `, sql`1 = 1`, words);
    case 'any':
      return joined(predicate.of, sql` or `, sql`1 = 0`, words);
    case 'not':
      return sql`not coalesce(${conditionOf(predicate.of, words)}, ${falseIn(words)})`;
    case 'related': {
      const { column, relatedColumn = 'id', where } = predicate;
      const table = sql.table(predicate.table.name);
      return sql`${sql.ref(column)} in (select ${sql.ref(relatedColumn)} from ${table} where ${conditionOf(where, words)})`;
    }
    case 'claims': {
      const { values } = predicate;
      const inScope =
        'scope' in predicate ? sql`scope = ${predicate.scope}` : startsWith('scope', predicate.scopePrefix);
      const conditions = [inScope, ...(values ? [membership('value', values, words)] : [])];
      return sql`id in (select holder from claims where ${sql.join(conditions, sql` and `)})`;
    }
    default:
      return assertNever(predicate);
  }
}

/**
 * Whether a column's text begins so. Said in the same words, an index of such rows alone is used; both databases know it as
 * such by its text only.
 */
export function startsWith(column: string, prefix: string): Condition {
  return sql`substr(${sql.ref(column)}, 1, ${sql.lit(prefix.length)}) = ${sql.lit(prefix)}`;
}

/** Whether nothing can fulfil the predicate, so that the database need not be asked. */
export function isNever(predicate: Predicate): boolean {
  switch (predicate.kind) {
    case 'in':
      return predicate.values.length === 0;
    case 'claims':
      return predicate.values?.length === 0;
    case 'all':
      return predicate.of.some(isNever);
    case 'any':
      return predicate.of.every(isNever);
    default:
      return false;
  }
}

/** The order of a query's answer, null first and `id` last, alike in both databases. */
export function orderOf(query: Query): RawBuilder<unknown> {
  const keys = (query.sort ?? []).map(({ column, descending }) =>
    descending ? sql`${sql.ref(column)} desc nulls last` : sql`${sql.ref(column)} asc nulls first`,
  );
  const isById = query.sort?.some(({ column }) => column === 'id') ?? false;
  return sql.join(isById ? keys : [...keys, sql`id`]);
}

/** Whether the column equals one of the values; null among them means IS NULL. */
export function membership(column: string, values: readonly SqlValue[], words: Words): Condition {
  const known = values.filter((value) => value !== null);
  const isNull = sql<SqlBool>`${sql.ref(column)} is null`;
  if (known.length === 0) return values.length > 0 ? isNull : sql`1 = 0`;
  const isKnown = sql<SqlBool>`${sql.ref(column)} ${listOf(known, words)}`;
  return known.length < values.length ? sql`(${isKnown} or ${isNull})` : isKnown;
}

function listOf(values: readonly (string | number)[], words: Words): RawBuilder<unknown> {
  if (values.length === 1) return sql`= ${values[0]}`;
  if (values.length <= shortList) return sql`in (${sql.join(values)})`;
  if (words.dialect === 'sqlite') return sql`in (select value from json_each(${JSON.stringify(values)}))`;
  const elementType = typeof values[0] === 'number' ? sql`bigint[]` : sql`text[]`;
  return sql`= any(${values}::${elementType})`;
}

function containment({ column, text, part }: Extract<Predicate, { kind: 'contains' }>, words: Words): Condition {
  const reference = sql.ref(column);
  if (part === undefined) return contains(reference, text, words);
  if (words.dialect === 'sqlite') {
    const inPart = contains(sql`json_extract(value, ${`$[${part}]`})`, text, words);
    return sql`exists (select 1 from json_each(${reference}) where ${inPart})`;
  }
  const inPart = contains(sql`(item ->> ${sql.lit(part)})`, text, words);
  return sql`exists (select 1 from jsonb_array_elements(${reference}::jsonb) as item where ${inPart})`;
}

function contains(whole: RawBuilder<unknown>, text: string, { dialect }: Words): Condition {
  return dialect === 'sqlite' ? sql`instr(${whole}, ${text}) > 0` : sql`strpos(${whole}, ${text}) > 0`;
}

function comparison({ column, operator, value }: Extract<Predicate, { kind: 'compare' }>): Condition {
  const reference = sql.ref(column);
  // Null is the least value.
  if (value === null) return operator === '<' ? sql`1 = 0` : sql`${reference} is not null`;
  const known = sql<SqlBool>`${reference} ${sql.raw(operator)} ${value}`;
  return operator === '<' ? sql`(${known} or ${reference} is null)` : known;
}

/** Half by half: written in a row, a thousand parts would nest a thousand deep, which SQLite refuses. */
function joined(of: readonly Predicate[], word: RawBuilder<unknown>, ifNone: Condition, words: Words): Condition {
  const [first] = of;
  if (!first) return ifNone;
  if (of.length === 1) return conditionOf(first, words);
  const middle = of.length / 2;
  const halves = [of.slice(0, middle), of.slice(middle)].map((half) => joined(half, word, ifNone, words));
  return sql`(${sql.join(halves, word)})`;
}

function falseIn(words: Words): RawBuilder<SqlBool> {
  return words.dialect === 'sqlite' ? sql`0` : sql`false`;
}
