import { type SqlBool, sql } from 'kysely';
import type { Key, KeyKind } from '../resources/index.ts';
import { runCompiled } from './compiled.ts';
import type { Queries } from './dialect/session.ts';
import type { KeyRow } from './schema.ts';
import type { Changes, DirtyKey } from './types.ts';

/** Rows in one statement, so that the statements that differ in their number alone stay few. */
const chunkSize = 250;

/** Rows of `changes` that are kept, about 5 MB. Beyond, reading everything is cheaper than the log anyway. */
const changesKept = 50_000;

/** Revisions from one cut of the log to the next. */
const cutInterval = 256;

export async function newestRevision({ own }: Queries): Promise<number> {
  const row = await own.selectFrom('newest_revision').select('value').where('only', '=', 1).executeTakeFirstOrThrow();
  return row.value;
}

/** Now and then also cuts the log of changes. */
export async function setNewestRevision(queries: Queries, before: number, value: number): Promise<void> {
  await queries.own.updateTable('newest_revision').set({ value }).where('only', '=', 1).execute();
  if (Math.floor(before / cutInterval) < Math.floor(value / cutInterval)) await cutChanges(queries, changesKept);
}

/** Forgets whole revisions, oldest first, until at most `kept` rows remain. */
export async function cutChanges({ own }: Queries, kept: number): Promise<void> {
  const newestToGo = own.selectFrom('changes').select('revision').orderBy('revision', 'desc').limit(1).offset(kept);
  const row = await newestToGo.executeTakeFirst();
  if (row) await own.deleteFrom('changes').where('revision', '<=', row.revision).execute();
}

/** Writes the keys of one unit. */
export async function writeKeys(queries: Queries, keys: Iterable<Key>, revision: number): Promise<void> {
  const { own } = queries;
  for (const rows of chunks([...keys].map(({ kind, id }) => ({ revision, kind, id })))) {
    const values = rows.flatMap(({ kind, id }) => [revision, kind, id]);
    const upsert = () =>
      own
        .insertInto('outbox')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['kind', 'id']).doUpdateSet(({ ref }) => ({ revision: ref('excluded.revision') })),
        );
    await runCompiled(queries, `write ${rows.length} keys to outbox`, upsert, values);
    const insert = () => own.insertInto('changes').values(rows);
    await runCompiled(queries, `write ${rows.length} keys to changes`, insert, values);
  }
}

export async function dirtyKeys({ own }: Queries, after: number): Promise<readonly DirtyKey[]> {
  const rows = await own
    .selectFrom('outbox')
    .selectAll()
    .where('revision', '>', after)
    .orderBy('revision')
    .orderBy('kind')
    .orderBy('id')
    .execute();
  return rows.map(dirtyKey);
}

/** Passes over what changed while its key was on the way: it stays dirty. No race: units run one at a time. */
export async function removeKeys({ own }: Queries, keys: readonly DirtyKey[]): Promise<void> {
  const isAmong = (some: readonly DirtyKey[]) => {
    const pairs = some.map(({ kind, id }) => sql`(${kind}, ${id})`);
    return sql<SqlBool>`(kind, id) in (values ${sql.join(pairs)})`;
  };
  const rows = await own.selectFrom('outbox').selectAll().where(isAmong(keys)).execute();
  const revisions = new Map(rows.map(({ kind, id, revision }) => [`${kind} ${id}`, revision]));
  const done = keys.filter(({ kind, id, revision }) => (revisions.get(`${kind} ${id}`) ?? Infinity) <= revision);
  if (done.length > 0) await own.deleteFrom('outbox').where(isAmong(done)).execute();
}

/** Needs a snapshot: the log must not be cut between the looks. Every revision has keys, so the oldest says enough. */
export async function changesAfter(queries: Queries, revision: number): Promise<Changes | undefined> {
  const newest = await newestRevision(queries);
  const oldest = await queries.own
    .selectFrom('changes')
    .select('revision')
    .orderBy('revision')
    .limit(1)
    .executeTakeFirst();
  if (oldest ? revision < oldest.revision - 1 : revision < newest) return undefined;
  const rows = await queries.own
    .selectFrom('changes')
    .select(['kind', 'id', sql<number>`max(revision)`.as('revision')])
    .where('revision', '>', revision)
    .groupBy(['kind', 'id'])
    .orderBy('revision')
    .execute();
  return { keys: rows.map(dirtyKey), revision: newest };
}

function dirtyKey({ kind, id, revision }: KeyRow): DirtyKey {
  return { kind: kind as KeyKind, id, revision };
}

function* chunks<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < rows.length; start += chunkSize) yield rows.slice(start, start + chunkSize);
}
