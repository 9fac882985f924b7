import type { Compilable, CompiledQuery } from 'kysely';
import type { Queries, Words } from './dialect/session.ts';

/** By dialect and by name. Names are as many as there are call sites, tables and short lengths. */
const known = new WeakMap<Words, Map<string, CompiledQuery>>();

/**
 * Runs a query that differs from call to call in its values only. `build` is asked once for each name, with whatever
 * values; building costs more than SQLite takes to answer. Returns the rows, or how many were written.
 */
export async function runCompiled<Row>(
  { run, words }: Queries,
  name: string,
  build: () => Compilable<Row>,
  values: readonly unknown[],
): Promise<{ readonly rows: readonly Row[]; readonly written: number }> {
  const queries = known.get(words) ?? new Map<string, CompiledQuery>();
  known.set(words, queries);
  const compiled = queries.get(name) ?? build().compile();
  queries.set(name, compiled);
  const { query, queryId, sql } = compiled;
  const { rows, numAffectedRows } = await run<Row>({ query, queryId, sql, parameters: values });
  return { rows, written: Number(numAffectedRows ?? 0) };
}
