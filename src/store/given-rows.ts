import { type RawBuilder, sql } from 'kysely';
import type { SqlValue } from '../kit/index.ts';
import { runCompiled } from './compiled.ts';
import type { Queries, Words } from './dialect/session.ts';

/** The columns of rows that a statement is given as JSON, and the kinds of their values. */
export type GivenColumns = Readonly<Record<string, 'text' | 'integer'>>;

/** Values in the order of the columns. */
export type GivenRow = readonly SqlValue[];

/** A statement over rows that are given to it; each list of rows is bound as one parameter, as JSON. */
export interface GivenStatement {
  /** Tells it from all others. */
  readonly name: string;
  readonly statement: RawBuilder<unknown>;
  /** For each {@link givenRows} in the statement, in order. The statement has no other parameters. */
  readonly rows: readonly (readonly GivenRow[])[];
}

/**
 * A table of rows for FROM, called `given`. It is bound as one value, however many rows there are: the statement is the same
 * each time, and is built and planned once.
 */
export function givenRows(words: Words, columns: GivenColumns): RawBuilder<unknown> {
  const isSqlite = words.dialect === 'sqlite';
  const selected = Object.entries(columns).map(([name, kind], index) => {
    const value = sql`value ->> ${sql.lit(index)}`;
    return isSqlite ? sql`${value} as ${sql.ref(name)}` : sql`(${value})::${types[kind]} as ${sql.ref(name)}`;
  });
  const elements = isSqlite ? sql`json_each(${''})` : sql`jsonb_array_elements(${''}::jsonb)`;
  return sql`(select ${sql.join(selected)} from ${elements}) as given`;
}

const types = { text: sql`text`, integer: sql`bigint` } as const;

/** Runs a statement over given rows; over none at all it is not run. */
export async function runGiven<Row>(
  queries: Queries,
  { name, statement, rows }: GivenStatement,
): Promise<readonly Row[]> {
  if (rows[0]?.length === 0) return [];
  const build = () => ({ compile: () => statement.compile(queries.own) });
  const values = rows.map((some) => JSON.stringify(some));
  return (await runCompiled(queries, name, build, values)).rows as readonly Row[];
}
