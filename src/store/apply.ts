import { type Change, type Claim, type ResourceKind, type SqlValue, tables } from '../resources/index.ts';
import { StoreConflict } from './conflict.ts';
import type { Queries } from './dialect/session.ts';

/** Writes one change of one row, and its claims. Throws a `StoreConflict` when the rows contradict it. */
export async function applyChange(queries: Queries, change: Change): Promise<void> {
  if (change.kind === 'delete') return await deleteEntity(queries, change.resource, change.id);
  const { name, row, claims } = rowOf(change);
  if (change.kind === 'insert') {
    await queries.entities.insertInto(name).values(row).execute();
    return await addClaims(queries, claims, change.entity.id);
  }
  await updateRow(queries, change.resource, row);
  await replaceClaims(queries, claims, change.entity.id);
}

interface EntityRow {
  readonly name: string;
  readonly row: Record<string, SqlValue>;
  readonly claims: readonly Claim[];
}

/** The switch ties each kind of entity to its own table, which the compiler can't do over the union. */
function rowOf(change: Extract<Change, { kind: 'insert' | 'update' }>): EntityRow {
  const entityRow = <K extends ResourceKind>(resource: K, entity: Parameters<(typeof tables)[K]['toRow']>[0]) => {
    const table: {
      name: string;
      toRow(of: typeof entity): Record<string, SqlValue>;
      claims?(of: typeof entity): readonly Claim[];
    } = tables[resource];
    return { name: table.name, row: table.toRow(entity), claims: table.claims?.(entity) ?? [] };
  };
  return entityRow(change.resource, change.entity);
}

/** The condition on the revision is what keeps a lower one from overwriting a higher one. */
async function updateRow({ entities }: Queries, resource: ResourceKind, row: Record<string, SqlValue>): Promise<void> {
  const { name } = tables[resource];
  const { id, ...columns } = row;
  const expected = Number(row.revision) - 1;
  const { numUpdatedRows } = await entities
    .updateTable(name)
    .set(columns)
    .where('id', '=', String(id))
    .where('revision', '=', expected)
    .executeTakeFirst();
  if (numUpdatedRows === 1n) return;
  const found = await entities.selectFrom(name).select('revision').where('id', '=', String(id)).executeTakeFirst();
  if (!found) throw new StoreConflict({ kind: 'not-found', resource, id: String(id) });
  const actual = Number(found.revision);
  throw new StoreConflict({ kind: 'revision-mismatch', resource, id: String(id), expected, actual });
}

async function deleteEntity({ own, entities }: Queries, resource: ResourceKind, id: string): Promise<void> {
  const { numDeletedRows } = await entities.deleteFrom(tables[resource].name).where('id', '=', id).executeTakeFirst();
  if (numDeletedRows !== 1n) throw new StoreConflict({ kind: 'not-found', resource, id });
  await own.deleteFrom('claims').where('holder', '=', id).execute();
}

async function addClaims({ own }: Queries, claims: readonly Claim[], holder: string): Promise<void> {
  if (claims.length === 0) return;
  const rows = claims.map(({ scope, value }) => ({ scope, value, holder }));
  const { numInsertedOrUpdatedRows } = await own
    .insertInto('claims')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === BigInt(rows.length)) return;
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

/** Changes few rows: most updates leave an entity's names alone. */
async function replaceClaims(queries: Queries, claims: readonly Claim[], holder: string): Promise<void> {
  const { own } = queries;
  const before = await own.selectFrom('claims').select(['scope', 'value']).where('holder', '=', holder).execute();
  const added = claims.filter((claim) => !before.some((other) => isSameClaim(claim, other)));
  const removed = before.filter((claim) => !claims.some((other) => isSameClaim(claim, other)));
  for (const { scope, value } of removed) {
    await own.deleteFrom('claims').where('scope', '=', scope).where('value', '=', value).execute();
  }
  await addClaims(queries, added, holder);
}

function isSameClaim(one: Claim, other: Claim): boolean {
  return one.scope === other.scope && one.value === other.value;
}
