import { partsOf } from '../base/index.ts';
import type { Change, Claim, SqlValue, Stored, Table } from '../kit/index.ts';
import { runCompiled } from './compiled.ts';
import { StoreConflict } from './conflict.ts';
import type { Queries } from './dialect/session.ts';

/** Writes one change of one row, and its claims. Throws a `StoreConflict` when the rows contradict it. */
export async function applyChange(queries: Queries, change: Change): Promise<void> {
  if (change.kind === 'delete-all') return await deleteAll(queries, change);
  if (change.kind === 'delete') return await deleteEntity(queries, change.table, change.id);
  const { table, entity } = change;
  const { row, claims } = rowOf(table, entity);
  if (change.kind === 'update') return await updateEntity(queries, table, { row, claims });
  const insert = () => queries.entities.insertInto(table.name).values(row);
  await runCompiled(queries, `insert into ${table.name}`, insert, Object.values(row));
  await addClaims(queries, claims, entity.id);
}

interface EntityRow {
  readonly row: Readonly<Record<string, SqlValue>>;
  readonly claims: readonly Claim[];
}

/** The columns come in the order of the table, whoever made the row: the statement is the same each time. */
function rowOf({ columns, toRow, claims }: Table, entity: Stored): EntityRow {
  const given = toRow(entity);
  const row = Object.fromEntries(Object.keys(columns).map((column) => [column, given[column] ?? null]));
  return { row, claims: claims?.(entity) ?? [] };
}

/** What the row is before it is changed. No race: units run one at a time. */
async function findBefore(queries: Queries, { name, fromRow, claims }: Table, id: string) {
  const row = await queries.entities.selectFrom(name).selectAll().where('id', '=', id).executeTakeFirst();
  return row && { revision: Number(row.revision), claims: claims?.(fromRow(row)) ?? [] };
}

/** Only the revision after that of the row may be written: a lower one never overwrites a higher one. */
async function updateEntity(queries: Queries, table: Table, { row, claims }: EntityRow): Promise<void> {
  const { id, ...columns } = row;
  const before = await findBefore(queries, table, String(id));
  if (!before) throw new StoreConflict({ kind: 'not-found', table: table.name, id: String(id) });
  const expected = Number(row.revision) - 1;
  if (before.revision !== expected)
    throw new StoreConflict({
      kind: 'revision-mismatch',
      table: table.name,
      id: String(id),
      expected,
      actual: before.revision,
    });
  await queries.entities.updateTable(table.name).set(columns).where('id', '=', String(id)).execute();
  const isAmong = (claim: Claim, others: readonly Claim[]) =>
    others.some(({ scope, value }) => scope === claim.scope && value === claim.value);
  await removeClaims(
    queries,
    before.claims.filter((claim) => !isAmong(claim, claims)),
  );
  await addClaims(
    queries,
    claims.filter((claim) => !isAmong(claim, before.claims)),
    String(id),
  );
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
  await removeClaims(queries, before.claims);
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
