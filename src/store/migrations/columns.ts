import { type CreateTableBuilder, sql } from 'kysely';
import type { Queries, Words } from '../dialect/session.ts';

/** `?` after the kind: may be null. `+` before it: indexed. */
export type ColumnText = `${'' | '+'}${'text' | 'integer'}${'' | '?'}`;

/** The columns that each kind of entity has had since 0007. */
export const standardColumns = {
  id: 'text',
  project_id: '+text',
  description: 'text',
  tags: 'text',
  revision: 'integer',
  created_at: 'text',
  updated_at: 'text',
} as const satisfies Record<string, ColumnText>;

/** Creates the table of one kind of entity. */
export async function createEntityTable(
  { own, words }: Queries,
  table: string,
  columns: Readonly<Record<string, ColumnText>>,
): Promise<void> {
  let builder = own.schema.createTable(table);
  for (const [name, text] of Object.entries(columns)) {
    builder = builder.addColumn(name, sql.raw(typeOf(text, words)), (column) =>
      name === 'id' ? column.primaryKey().notNull() : text.endsWith('?') ? column : column.notNull(),
    );
  }
  await builder.execute();
  for (const [name, text] of Object.entries(columns)) {
    if (text.startsWith('+')) await own.schema.createIndex(`${table}_${name}`).on(table).column(name).execute();
  }
}

/** Rows that are found by their primary key alone lie in its order; SQLite has to be asked for that. */
export function byPrimaryKey<T extends string>(builder: CreateTableBuilder<T>, words: Words): CreateTableBuilder<T> {
  return words.dialect === 'sqlite' ? builder.modifyEnd(sql`without rowid`) : builder;
}

/** PostgreSQL's integer has 32 bits, times have more. */
function typeOf(text: ColumnText, words: Words): string {
  if (text.includes('text')) return words.textType;
  return words.dialect === 'sqlite' ? 'integer' : 'bigint';
}
