import { type SqlBool, sql } from 'kysely';
import { invariant, oneTurn, partsOf, takeTurns } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { runCompiled } from './compiled.ts';
import type { Queries } from './dialect/session.ts';
import type { Changes, DirtyKey } from './types.ts';

/** Rows in one statement: about a millisecond of work. Statements that differ in their number alone stay few. */
const rowsPerStatement = 250;

/** Rows of `changes` that are kept, about 5 MB. Beyond, reading everything is cheaper than the log anyway. */
const changesKept = 50_000;

/** Revisions from one cut of the log to the next. */
const cutInterval = 256;

/** The revision of the newest unit of work that was committed; 0 before the first. */
export async function newestRevision(queries: Queries): Promise<number> {
  const select = () => queries.own.selectFrom('newest_revision').select('value').where('only', '=', 1);
  const { rows } = await runCompiled(queries, 'newest revision', select, [1]);
  const [row] = rows;
  invariant(row, 'the newest revision has its row');
  return row.value;
}

/** Now and then also cuts the log of changes. */
export async function setNewestRevision(queries: Queries, before: number, value: number): Promise<void> {
  const update = () => queries.own.updateTable('newest_revision').set({ value }).where('only', '=', 1);
  await runCompiled(queries, 'set newest revision', update, [value, 1]);
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
  const turn = takeTurns(oneTurn);
  for (const rows of partsOf(
    [...keys].map(({ kind, id }) => ({ revision, kind, id })),
    rowsPerStatement,
  )) {
    await turn();
    const values = rows.flatMap(({ kind, id }) => [revision, kind, id]);
    for (const table of ['outbox', 'changes'] as const) {
      const insert = () => queries.own.insertInto(table).values(rows);
      await runCompiled(queries, `write ${rows.length} keys to ${table}`, insert, values);
    }
  }
}

/** Without a snapshot: no keys are added to a revision that was committed, and others come after it. */
export async function dirtyKeys(queries: Queries, after: number): Promise<readonly DirtyKey[]> {
  return await keysAfter(queries, 'outbox', after);
}

/** Takes keys out of the outbox, each at its revision only: a key that became dirty again meanwhile stays. */
export async function removeKeys(queries: Queries, keys: readonly DirtyKey[]): Promise<void> {
  const { own, words } = queries;
  const triples = JSON.stringify(keys.map(({ revision, kind, id }) => [revision, kind, id]));
  const named =
    words.dialect === 'sqlite'
      ? sql`select value ->> 0, value ->> 1, value ->> 2 from json_each(${triples})`
      : sql`select (value ->> 0)::bigint, value ->> 1, value ->> 2 from jsonb_array_elements(${triples}::jsonb)`;
  const remove = () => own.deleteFrom('outbox').where(sql<SqlBool>`(revision, kind, id) in (${named})`);
  await runCompiled(queries, 'remove keys from outbox', remove, [triples]);
}

/** Needs a snapshot: the log must not be cut between the looks. Every revision has keys, so the oldest says enough. */
export async function changesAfter(queries: Queries, revision: number): Promise<Changes | undefined> {
  const newest = await newestRevision(queries);
  const { own } = queries;
  const first = () => own.selectFrom('changes').select('revision').orderBy('revision').limit(sql.lit(1));
  const [oldest] = (await runCompiled(queries, 'oldest change', first, [])).rows;
  if (oldest ? revision < oldest.revision - 1 : revision < newest) return undefined;
  return { keys: newestOfEach(await keysAfter(queries, 'changes', revision)), revision: newest };
}

/** Keys of revisions after one, oldest first, in pages, so that requests need not wait for a long list. */
async function keysAfter(queries: Queries, table: 'outbox' | 'changes', revision: number): Promise<DirtyKey[]> {
  const keys: DirtyKey[] = [];
  const turn = takeTurns();
  let last: DirtyKey = { revision: revision + 1, kind: '', id: '' }; // which is before all keys of that revision
  for (;;) {
    const page = await pageAfter(queries, table, last);
    keys.push(...page);
    const end = page.at(-1);
    if (!end || page.length < rowsPerStatement) return keys;
    last = end;
    await turn();
  }
}

async function pageAfter(
  queries: Queries,
  table: 'outbox' | 'changes',
  { revision, kind, id }: DirtyKey,
): Promise<readonly DirtyKey[]> {
  const select = () =>
    queries.own
      .selectFrom(table)
      .select(['revision', 'kind', 'id'])
      .where(sql<SqlBool>`(revision, kind, id) > (${revision}, ${kind}, ${id})`)
      .orderBy('revision')
      .orderBy('kind')
      .orderBy('id')
      .limit(sql.lit(rowsPerStatement));
  return (await runCompiled(queries, `keys in ${table}`, select, [revision, kind, id])).rows;
}

function newestOfEach(keys: readonly DirtyKey[]): readonly DirtyKey[] {
  const newest = new Map<string, DirtyKey>();
  for (const key of keys) {
    const text = `${key.kind}/${key.id}`;
    newest.delete(text); // the order is that of the newest
    newest.set(text, key);
  }
  return [...newest.values()];
}
