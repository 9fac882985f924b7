import { sql } from 'kysely';
import type { Queries } from '../dialect/session.ts';

/**
 * Has the database count the rows of a table by project, in step with each insert and delete, however that comes about: by a
 * change, by a bulk that is taken back, or by another version of this program. The rows that are there are counted now.
 */
export async function tallyRows({ own, words }: Queries, table: string): Promise<void> {
  const [name, on] = [sql.lit(table), sql.table(table)];
  await sql`insert into tallies (kind, project_id, total)
    select ${name}, project_id, count(*) from ${on} group by project_id`.execute(own);
  for (const event of ['insert', 'delete'] as const) {
    const trigger = sql.id(`${table}_tally_${event}`);
    const created = sql`create trigger ${trigger} after ${sql.raw(event)} on ${on} for each row`;
    const counted = words.dialect === 'sqlite' ? sql`begin ${tallyOf(event, name)}; end` : functionOf[event];
    await sql`${created} ${counted}`.execute(own);
  }
}

/** The table of the totals. */
export async function createTallies({ own, words }: Queries): Promise<void> {
  await own.schema
    .createTable('tallies')
    .addColumn('kind', sql.raw(words.textType), (column) => column.notNull())
    .addColumn('project_id', sql.raw(words.textType), (column) => column.notNull())
    .addColumn('total', words.dialect === 'sqlite' ? 'integer' : 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('tallies_key', ['kind', 'project_id'])
    .execute();
  if (words.dialect === 'sqlite') return;
  for (const event of ['insert', 'delete'] as const)
    await sql`create function ${sql.id(`tally_${event}`)}() returns trigger language plpgsql as $$
      begin ${tallyOf(event, sql`tg_table_name`)}; return null; end $$`.execute(own);
}

const functionOf = {
  insert: sql`execute function tally_insert()`,
  delete: sql`execute function tally_delete()`,
};

function tallyOf(event: 'insert' | 'delete', name: ReturnType<typeof sql.lit>) {
  return event === 'insert'
    ? sql`insert into tallies (kind, project_id, total) values (${name}, new.project_id, 1)
        on conflict (kind, project_id) do update set total = tallies.total + 1`
    : sql`update tallies set total = total - 1 where kind = ${name} and project_id = old.project_id`;
}
