import { type SelectQueryBuilder, sql } from 'kysely';
import { invariant } from '../base/index.ts';
import type { Claim, Query, Reader, SqlValue, Stored, Table } from '../kit/index.ts';
import { runCompiled } from './compiled.ts';
import type { Queries } from './dialect/session.ts';
import { givenRows, runGiven } from './given-rows.ts';
import { conditionOf, isNever, membership, orderOf, shortList } from './predicate.ts';
import type { EntityTables } from './schema.ts';
import { isPublished } from './staged.ts';

/** Entities kept in memory at a time while a collection is read. */
const pageSize = 500;

/** What is read: all rows, as units do, or those that belong to no bulk that is still being written. */
export type Visible = 'all' | 'published';

/** Reads entities and claims by the given queries. */
export function readerOn(queries: Queries, visible: Visible): Reader {
  return {
    async find(table, id) {
      const { name, fromRow } = table;
      const byId = () => rowsOf(queries, table, visible).selectAll().where('id', '=', id);
      const { rows } = await runCompiled(queries, `find ${visible} in ${name}`, byId, [id]);
      return rows[0] && fromRow(rows[0]);
    },
    async list(table, query) {
      if (isNever(query.where)) return [];
      const { name, fromRow } = table;
      const select = () => selection(queries, table, query, visible).selectAll();
      const simple = simpleShapeOf(query);
      const { rows } = simple
        ? await runCompiled(queries, `list ${visible} of ${name} ${simple.text}`, select, simple.values)
        : { rows: await select().execute() };
      return rows.map(fromRow);
    },
    async listIds<E extends Stored>(table: Table<E>, query: Query) {
      if (isNever(query.where)) return [];
      const select = () => selection(queries, table, query, visible).select('id');
      const simple = simpleShapeOf(query);
      const { rows } = simple
        ? await runCompiled(queries, `ids ${visible} of ${table.name} ${simple.text}`, select, simple.values)
        : { rows: await select().execute() };
      return rows.map(({ id }) => id as E['id']);
    },
    async claimed(scope, values) {
      const inScope = () =>
        queries.own.selectFrom('claims').select('value').where('scope', '=', scope).orderBy('value');
      if (!values) return (await inScope().execute()).map(({ value }) => value);
      if (values.length === 0) return [];
      const named = () => inScope().where(membership('value', values, queries.words));
      const isShort = values.length <= shortList;
      const { rows } = isShort
        ? await runCompiled(queries, `find ${values.length} claims`, named, [scope, ...values])
        : { rows: await named().execute() };
      return rows.map(({ value }) => value);
    },
    async holderOf(scope, value) {
      const select = () =>
        queries.own.selectFrom('claims').select('holder').where('scope', '=', scope).where('value', '=', value);
      const { rows } = await runCompiled(queries, 'holder of a claim', select, [scope, value]);
      return rows[0]?.holder;
    },
    heldClaims: (claims) => readHeldClaims(queries, claims),
    claimedScopes: (scopes) => readClaimedScopes(queries, scopes),
    async countClaims(scope) {
      const count = () =>
        queries.own.selectFrom('claims').select(sql<number>`count(*)`.as('claims')).where('scope', '=', scope);
      const { rows } = await runCompiled(queries, 'count claims', count, [scope]);
      return Number(rows[0]?.claims);
    },
    async tally({ name, counted }, projectId) {
      invariant(counted !== undefined, `the rows of ${name} are counted`);
      const select = () =>
        queries.own.selectFrom('tallies').select('total').where('kind', '=', name).where('project_id', '=', projectId);
      const { rows } = await runCompiled(queries, 'tally', select, [name, projectId]);
      return Number(rows[0]?.total ?? 0);
    },
    async claimedBetween(scope, first, last) {
      const rows = await queries.own
        .selectFrom('claims')
        .select('value')
        .where('scope', '=', scope)
        .where('value', '>=', first)
        .where('value', '<=', last)
        .orderBy('value')
        .execute();
      return rows.map(({ value }) => value);
    },
  };
}

async function readHeldClaims(queries: Queries, claims: readonly Claim[]): Promise<readonly Claim[]> {
  const given = givenRows(queries.words, { scope: 'text', value: 'text' });
  return await runGiven<Claim>(queries, {
    name: 'held claims',
    statement: sql`
      select claims.scope, claims.value from ${given} join claims
      on claims.scope = given.scope and claims.value = given.value`,
    rows: [claims.map(({ scope, value }) => [scope, value])],
  });
}

async function readClaimedScopes(queries: Queries, scopes: readonly string[]): Promise<readonly string[]> {
  const given = givenRows(queries.words, { scope: 'text' });
  const rows = await runGiven<{ scope: string }>(queries, {
    name: 'claimed scopes',
    statement: sql`select scope from ${given} where exists (select 1 from claims where claims.scope = given.scope)`,
    rows: [scopes.map((scope) => [scope])],
  });
  return rows.map(({ scope }) => scope);
}

/**
 * The shape of a query that names one value for each of at most two columns, or one claim, and the values in their order.
 * Such queries are those of the rules, a few for each request; undefined for all others, whose shapes may be any number.
 */
function simpleShapeOf({ where, sort = [], limit }: Query): { text: string; values: readonly SqlValue[] } | undefined {
  const conditions = where.kind === 'all' ? where.of : [where];
  if (limit !== undefined || conditions.length > 2 || sort.length > 1) return undefined;
  const columns: string[] = [];
  const values: SqlValue[] = [];
  for (const condition of conditions) {
    if (condition.kind === 'claims' && 'scope' in condition && condition.values?.length === 1) {
      columns.push('scope and value of a claim');
      values.push(condition.scope, ...condition.values);
      continue;
    }
    if (condition.kind !== 'in' || condition.values.length !== 1) return undefined;
    const [value = null] = condition.values;
    if (value === null) return undefined;
    columns.push(condition.column);
    values.push(value);
  }
  return { text: JSON.stringify([columns, sort]), values };
}

/** The answer of a query in pages. Only on a snapshot: the pages must be of one moment. */
export async function* pagesOn<E extends Stored>(
  queries: Queries,
  table: Table<E>,
  query: Query,
  size = pageSize,
): AsyncIterable<readonly E[]> {
  const compiled = selection(queries, table, query, 'published').selectAll().compile();
  for await (const { rows } of queries.parts(compiled, size)) yield rows.map(table.fromRow);
}

function selection(
  queries: Queries,
  table: Table,
  query: Query,
  visible: Visible,
): SelectQueryBuilder<EntityTables, string, object> {
  const selected = rowsOf(queries, table, visible)
    .where(conditionOf(query.where, queries.words))
    .orderBy(orderOf(query));
  return query.limit === undefined ? selected : selected.limit(sql.lit(query.limit));
}

function rowsOf(
  { entities }: Queries,
  table: Table,
  visible: Visible,
): SelectQueryBuilder<EntityTables, string, object> {
  const rows = entities.selectFrom(table.name);
  return visible === 'all' ? rows : rows.where(isPublished(table));
}
