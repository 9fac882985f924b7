import { partsOf } from '../base/index.ts';
import type { Change, Claim, SqlValue, Stored, Table } from '../kit/index.ts';
import { runCompiled } from './compiled.ts';
import { StoreConflict } from './conflict.ts';
import type { Queries } from './dialect/session.ts';
import { type Displacement, displacementBy, nothingDisplaced } from './displacement.ts';

/**
 * Writes one change of one row, and its claims, and answers which bindings it ends. Throws a `StoreConflict` when the rows
 * contradict it.
 */
export async function applyChange(queries: Queries, change: Change): Promise<Displacement> {
  switch (change.kind) {
    case 'delete-all':
      await deleteAll(queries, change);
      return nothingDisplaced;
    case 'delete':
      await deleteEntity(queries, change.table, change.id);
      return nothingDisplaced;
    case 'insert':
      await insertEntity(queries, change.table, change.entity);
      return displacementBy(change.table, undefined, change.entity);
    case 'update': {
      const before = await updateEntity(queries, change.table, change.entity);
      return displacementBy(change.table, before, change.entity);
    }
  }
}

async function insertEntity(queries: Queries, table: Table, entity: Stored): Promise<void> {
  const columns = Object.keys(table.columns);
  const values = valuesOf(table, entity, columns);
  const insert = () => queries.entities.insertInto(table.name).values(rowOf(columns, values));
  await runCompiled(queries, `insert into ${table.name}`, insert, values);
  await addClaims(queries, table.claims?.(entity) ?? [], entity.id);
}

/** In the order of the columns, so that the statement is the same for all rows. */
function valuesOf({ toRow }: Table, entity: Stored, columns: readonly string[]): readonly SqlValue[] {
  const row = toRow(entity);
  return columns.map((column) => row[column] ?? null);
}

function rowOf(columns: readonly string[], values: readonly SqlValue[]): Record<string, SqlValue> {
  return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null]));
}

/** What the row is before it is changed. No race: units run one at a time. */
async function findBefore(queries: Queries, { name, fromRow }: Table, id: string): Promise<Stored | undefined> {
  const select = () => queries.entities.selectFrom(name).selectAll().where('id', '=', id);
  const [row] = (await runCompiled(queries, `before in ${name}`, select, [id])).rows;
  return row && fromRow(row);
}

/** Only the revision after that of the row may be written: a lower one never overwrites a higher one. Answers the row before. */
async function updateEntity(queries: Queries, table: Table, entity: Stored): Promise<Stored> {
  const { id, revision } = entity;
  const { name } = table;
  const before = await findBefore(queries, table, id);
  if (!before) throw new StoreConflict({ kind: 'not-found', table: name, id });
  const expected = revision - 1;
  if (before.revision !== expected)
    throw new StoreConflict({ kind: 'revision-mismatch', table: name, id, expected, actual: before.revision });
  const columns = Object.keys(table.columns).filter((column) => column !== 'id');
  const values = valuesOf(table, entity, columns);
  const update = () => queries.entities.updateTable(name).set(rowOf(columns, values)).where('id', '=', id);
  await runCompiled(queries, `update of ${name}`, update, [...values, id]);
  const [claimsBefore, claims] = [table.claims?.(before) ?? [], table.claims?.(entity) ?? []];
  const isAmong = (claim: Claim, others: readonly Claim[]) =>
    others.some(({ scope, value }) => scope === claim.scope && value === claim.value);
  await removeClaims(
    queries,
    claimsBefore.filter((claim) => !isAmong(claim, claims)),
  );
  await addClaims(
    queries,
    claims.filter((claim) => !isAmong(claim, claimsBefore)),
    id,
  );
  return before;
}

async function deleteEntity(queries: Queries, table: Table, id: string): Promise<void> {
  if (!(await deleteIfThere(queries, table, id))) throw new StoreConflict({ kind: 'not-found', table: table.name, id });
}

async function deleteAll(
  { entities, own }: Queries,
  { table, column, value, claimScope }: Extract<Change, { kind: 'delete-all' }>,
): Promise<void> {
  await entities.deleteFrom(table.name).where(column, '=', value).execute();
  await own.deleteFrom('claims').where('scope', '=', claimScope).execute();
}

/** Deletes one row, and its claims. False when it isn't there. */
export async function deleteIfThere(queries: Queries, table: Table, id: string): Promise<boolean> {
  const before = await findBefore(queries, table, id);
  if (!before) return false;
  await queries.entities.deleteFrom(table.name).where('id', '=', id).execute();
  await removeClaims(queries, table.claims?.(before) ?? []);
  return true;
}

async function addClaims(queries: Queries, claims: readonly Claim[], holder: string): Promise<void> {
  const rows = claims.map(({ scope, value }) => ({ scope, value, holder }));
  for (const some of partsOf(rows, queries.words.rowsPerInsert)) await addSomeClaims(queries, some, holder);
}

async function addSomeClaims(
  queries: Queries,
  rows: readonly (Claim & { holder: string })[],
  holder: string,
): Promise<void> {
  const insert = () =>
    queries.own
      .insertInto('claims')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing());
  const values = rows.flatMap(({ scope, value }) => [scope, value, holder]);
  const { written } = await runCompiled(queries, `insert ${rows.length} claims`, insert, values);
  if (written < rows.length) await refuseClaims(queries, rows, holder);
}

/** Says which one somebody else holds. A name that is claimed twice by one holder is held once. */
async function refuseClaims({ own }: Queries, claims: readonly Claim[], holder: string): Promise<void> {
  for (const { scope, value } of claims) {
    const other = await own
      .selectFrom('claims')
      .select('holder')
      .where('scope', '=', scope)
      .where('value', '=', value)
      .executeTakeFirst();
    if (other?.holder !== holder) throw new StoreConflict({ kind: 'claimed', scope, value });
  }
}

async function removeClaims({ own }: Queries, claims: readonly Claim[]): Promise<void> {
  for (const { scope, value } of claims)
    await own.deleteFrom('claims').where('scope', '=', scope).where('value', '=', value).execute();
}
