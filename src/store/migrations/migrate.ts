import { sql } from 'kysely';
import { OperationalError } from '../../base/index.ts';
import type { Session } from '../dialect/session.ts';
import { migrations } from './index.ts';

/**
 * Brings the schema up to date, all steps in one transaction, so that a crash leaves the old schema and two controllers
 * that start together don't meet. Returns the names of the steps that were run. Throws when the database has steps that
 * this program doesn't know: an older program must not write to a newer schema.
 */
export async function migrate(session: Session, now: () => Date = () => new Date()): Promise<readonly string[]> {
  await session.begin('write');
  try {
    const done = await applied(session);
    const unknown = done.filter((name) => !migrations.some((migration) => migration.name === name));
    if (unknown.length > 0)
      throw new OperationalError(`the database is newer than this program: it has ${unknown.join(', ')}`);
    const due = migrations.filter(({ name }) => !done.includes(name));
    for (const migration of due) {
      await migration.up(session);
      const row = { name: migration.name, applied_at: now().toISOString() };
      await session.own.insertInto('schema_migrations').values(row).execute();
    }
    if (due.length > 0) {
      await session.commit();
      await session.flush();
    } else await session.rollback();
    return due.map(({ name }) => name);
  } catch (error) {
    // A connection that broke can't even do that, and the transaction is gone with it.
    await session.rollback().catch(() => {});
    throw error;
  }
}

/** Writes only where it must: a database that is up to date can be opened also while it is read-only. */
async function applied(session: Session): Promise<readonly string[]> {
  if (await hasTable(session)) return await listApplied(session);
  await makeTable(session);
  return [];
}

async function hasTable({ own, words }: Session): Promise<boolean> {
  const found =
    words.dialect === 'sqlite'
      ? sql`select 1 from sqlite_master where type = 'table' and name = 'schema_migrations'`
      : sql`select 1 where to_regclass('schema_migrations') is not null`;
  return (await found.execute(own)).rows.length > 0;
}

async function listApplied({ own }: Session): Promise<readonly string[]> {
  const rows = await own.selectFrom('schema_migrations').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

async function makeTable({ own, words }: Session): Promise<void> {
  await own.schema
    .createTable('schema_migrations')
    .addColumn('name', sql.raw(words.textType), (column) => column.primaryKey())
    .addColumn('applied_at', 'text', (column) => column.notNull())
    .execute();
}
