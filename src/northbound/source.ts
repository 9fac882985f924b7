import { type Milliseconds, takeTurns } from '../base/index.ts';
import { idPages, type Key, type Stored } from '../kit/index.ts';
import type { Source } from '../reconcile/index.ts';
import type { Store } from '../store/index.ts';
import { kinds } from './list.ts';
import { loadWorld, type World } from './world.ts';

/** About a millisecond of work. */
const idsPerQuestion = 500;

/** Reads the store for the reconciler. */
export function northboundSource(store: Store): Source<World> {
  return {
    load: (keys) => store.snapshot((reader) => loadWorld(reader, kinds, keys)),
    listKeys: () =>
      store.snapshot(async (reader) => {
        const keys: Key[] = [];
        for (const { kind, table } of kinds) {
          if (!table) continue;
          for await (const ids of idPages(reader, table)) keys.push(...ids.map((id) => ({ kind, id })));
        }
        return keys;
      }),
  };
}

const pauses = new Map(kinds.map(({ kind, pause }) => [kind, pause]));

/** Least time between two looks at a key; undefined: it may be looked at whenever it is marked. */
export function pauseOf({ kind }: Key): Milliseconds | undefined {
  return pauses.get(kind);
}

const weights = new Map(kinds.map(({ kind, weight }) => [kind, weight]));

/** The room that a key takes in a batch: most take 1. */
export function weightOf({ kind }: Key): number {
  return weights.get(kind) ?? 1;
}

/** How many of the keys stand for something that the store holds. */
export async function countKnown({ reader }: Pick<Store, 'reader'>, keys: readonly Key[]): Promise<number> {
  const turn = takeTurns();
  let count = 0;
  for (const { kind, table } of kinds) {
    if (!table) continue;
    const ids = keys.filter((key) => key.kind === kind).map(({ id }) => id);
    for (let start = 0; start < ids.length; start += idsPerQuestion) {
      const values = ids.slice(start, start + idsPerQuestion);
      const known = await reader.listIds<Stored>(table, { where: { kind: 'in', column: 'id', values } });
      count += known.length;
      await turn();
    }
  }
  return count;
}
