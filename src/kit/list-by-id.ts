import { partsOf, takeTurns } from '../base/index.ts';
import type { Predicate, Reader } from './reader.ts';
import type { Stored, Table } from './table.ts';

/** About a millisecond of work. */
const idsPerQuery = 100;

/** Reads entities by their ids, in parts: `turn` is awaited after each, so that others can have the event loop. */
export async function listById<E extends Stored>(
  reader: Reader,
  table: Table<E>,
  ids: readonly string[],
  turn = takeTurns(),
): Promise<readonly E[]> {
  const entities: E[] = [];
  for (const values of partsOf(ids, idsPerQuery)) {
    entities.push(...(await reader.list(table, { where: { kind: 'in', column: 'id', values } })));
    await turn();
  }
  return entities;
}

/** About two milliseconds of work. */
const idsPerPage = 1_000;

/** The ids of a whole table, ascending, in pages; between them others can have the event loop. On a snapshot only. */
export async function* idPages(reader: Reader, table: Table): AsyncIterable<readonly string[]> {
  const turn = takeTurns();
  let where: Predicate = { kind: 'all', of: [] };
  for (;;) {
    const ids: readonly string[] = await reader.listIds(table, { where, limit: idsPerPage });
    yield ids;
    const last = ids.at(-1);
    if (last === undefined || ids.length < idsPerPage) return;
    where = { kind: 'compare', column: 'id', operator: '>', value: last };
    await turn();
  }
}
