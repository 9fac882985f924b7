import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { invariant, partsOf } from '../base/index.ts';
import type { Change, Key, Table } from '../kit/index.ts';
import { resources } from '../resources/index.ts';
import { deleteIfThere } from './apply.ts';
import { runCompiled } from './compiled.ts';
import type { Queries } from './dialect/session.ts';
import type { OwnTables } from './schema.ts';

/** A bulk that is being written, by name. */
export type BulkId = string;

/** A bulk that was begun and not yet published, and how far it is. */
export interface OpenBulk {
  readonly id: BulkId;
  /** Units that were written of it; below zero: units by which it was taken back, as many. */
  readonly parts: number;
}

/** Somebody else has taken the bulk back: its writer seemed to be dead. */
export class BulkLost extends Error {}

/** Whether a row is seen outside of units: it belongs to no bulk that is still being written. */
export function isPublished({ name }: Table): RawBuilder<SqlBool> {
  const id = sql.ref(`${name}.id`);
  return sql`(not exists (select 1 from open_bulks) or not exists (
    select 1 from staged_rows where staged_rows.id = ${id} and staged_rows.bulk in (select open_bulks.id from open_bulks)
  ))`;
}

/** Counts one more part of a bulk, the first of which opens it. Throws a `BulkLost` when it is not where it was left. */
export async function advanceBulk({ own }: Queries, bulk: BulkId, part: number): Promise<void> {
  if (part === 0) {
    await own.insertInto('open_bulks').values({ id: bulk, parts: 1 }).execute();
    return;
  }
  const { numUpdatedRows } = await own
    .updateTable('open_bulks')
    .set({ parts: part + 1 })
    .where('id', '=', bulk)
    .where('parts', '=', part)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new BulkLost(`bulk ${bulk} was taken back after ${part} parts`);
}

/** Notes what a unit inserted, and whom that concerns, for as long as the bulk is open. */
export async function stage(
  queries: Queries,
  bulk: BulkId,
  changes: readonly Change[],
  keys: Iterable<Key>,
): Promise<void> {
  const rows = changes.map((change) => {
    invariant(change.kind === 'insert', 'a bulk in parts does nothing but insert');
    return { id: change.entity.id, bulk, resource: resourceOf(change.table) };
  });
  await insertStaged(queries, 'staged_rows', rows);
  await insertStaged(
    queries,
    'staged_keys',
    [...keys].map(({ kind, id }) => ({ bulk, kind, id })),
  );
}

type Staged = 'staged_rows' | 'staged_keys';

async function insertStaged(queries: Queries, table: Staged, rows: readonly OwnTables[Staged][]): Promise<void> {
  for (const some of partsOf(rows, queries.words.rowsPerInsert)) {
    const insert = () =>
      queries.own
        .insertInto(table)
        .values(some)
        .onConflict((conflict) => conflict.doNothing());
    await runCompiled(
      queries,
      `stage ${some.length} in ${table}`,
      insert,
      some.flatMap((row) => Object.values(row)),
    );
  }
}

/** Lets everybody see the bulk, with its keys under one revision. True when it has any. Throws a `BulkLost`. */
export async function publish({ own }: Queries, bulk: BulkId, part: number, revision: number): Promise<boolean> {
  const { numDeletedRows } = await own
    .deleteFrom('open_bulks')
    .where('id', '=', bulk)
    .where('parts', '=', part)
    .executeTakeFirst();
  if (numDeletedRows !== 1n) throw new BulkLost(`bulk ${bulk} was taken back after ${part} parts`);
  const keys = own
    .selectFrom('staged_keys')
    .select([sql<number>`${sql.lit(revision)}`.as('revision'), 'kind', 'id'])
    .where('bulk', '=', bulk);
  let written = 0n;
  for (const table of ['outbox', 'changes'] as const) {
    const insert = own.insertInto(table).columns(['revision', 'kind', 'id']).expression(keys);
    written = (await insert.executeTakeFirst()).numInsertedOrUpdatedRows ?? 0n;
  }
  return written > 0n;
}

/** Takes back a part of what a bulk wrote: at most `count` rows. True when there may be more. */
export async function takeBack(queries: Queries, bulk: BulkId, count: number): Promise<boolean> {
  const { own } = queries;
  const { numUpdatedRows } = await own
    .updateTable('open_bulks')
    .set({ parts: sql<number>`case when parts < 0 then parts - 1 else -1 end` })
    .where('id', '=', bulk)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  const rows = await own.selectFrom('staged_rows').selectAll().where('bulk', '=', bulk).limit(count).execute();
  for (const { id, resource } of rows) {
    await deleteIfThere(queries, tableOf(resource), id); // somebody may have learned the id from an error
    await own.deleteFrom('staged_rows').where('id', '=', id).execute();
  }
  if (rows.length === 0) await own.deleteFrom('open_bulks').where('id', '=', bulk).execute();
  return rows.length > 0;
}

/** The name by which `staged_rows` notes a table: that of its resource, so that controllers of all versions know it. */
function resourceOf(table: Table): string {
  const found = resources.find((resource) => resource.table === table);
  invariant(found, `${table.name} is the table of a resource`);
  return found.definition.name;
}

function tableOf(name: string): Table {
  const found = resources.find(({ definition }) => definition.name === name);
  invariant(found, `a bulk has written rows of ${name}, a resource that is not known here`);
  return found.table;
}

/** Removes a part of the notes on a bulk that is open no more: at most `count` of each kind. True when there may be more. */
export async function forget({ own }: Queries, bulk: BulkId, count: number): Promise<boolean> {
  const rows = own.selectFrom('staged_rows').select('id').where('bulk', '=', bulk).limit(count);
  const { numDeletedRows: ofRows } = await own.deleteFrom('staged_rows').where('id', 'in', rows).executeTakeFirst();
  const keys = own.selectFrom('staged_keys').select(['kind', 'id']).where('bulk', '=', bulk).limit(count);
  const { numDeletedRows: ofKeys } = await own
    .deleteFrom('staged_keys')
    .where('bulk', '=', bulk)
    .where(sql<SqlBool>`(kind, id) in (${keys})`)
    .executeTakeFirst();
  return ofRows > 0n || ofKeys > 0n;
}

/** All bulks that were begun and not yet published, by whichever process. */
export async function openBulks({ own }: Queries): Promise<readonly OpenBulk[]> {
  return await own.selectFrom('open_bulks').selectAll().execute();
}

/** Bulks that are open no more and of which notes are left. */
export async function forgettableBulks({ own }: Queries): Promise<readonly BulkId[]> {
  const open = own.selectFrom('open_bulks').select('id');
  const rows = own.selectFrom('staged_rows').select('bulk').where('bulk', 'not in', open);
  const keys = own.selectFrom('staged_keys').select('bulk').where('bulk', 'not in', open);
  return (await rows.union(keys).execute()).map(({ bulk }) => bulk);
}
