import { takeTurns } from '../base/index.ts';
import type { Entities, ResourceKind } from './entities.ts';
import type { Predicate, Reader } from './world.ts';

/** About a millisecond of work. */
const idsPerQuery = 100;

/** Reads entities by their ids, in parts: `turn` is awaited after each, so that others can have the event loop. */
export async function listById<K extends ResourceKind>(
  reader: Reader,
  kind: K,
  ids: readonly string[],
  turn = takeTurns(),
): Promise<readonly Entities[K][]> {
  const entities: Entities[K][] = [];
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    const values = ids.slice(start, start + idsPerQuery);
    entities.push(...(await reader.list(kind, { where: { kind: 'in', column: 'id', values } })));
    await turn();
  }
  return entities;
}

/** About two milliseconds of work. */
const idsPerPage = 1_000;

/** The ids of everything of a kind, ascending, in pages; between them others can have the event loop. On a snapshot only. */
export async function* idPages(reader: Reader, kind: ResourceKind): AsyncIterable<readonly string[]> {
  const turn = takeTurns();
  let where: Predicate = { kind: 'all', of: [] };
  for (;;) {
    const ids: readonly string[] = await reader.listIds(kind, { where, limit: idsPerPage });
    yield ids;
    const last = ids.at(-1);
    if (last === undefined || ids.length < idsPerPage) return;
    where = { kind: 'compare', column: 'id', operator: '>', value: last };
    await turn();
  }
}
