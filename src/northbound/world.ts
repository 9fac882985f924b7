import type { Key } from '../kit/index.ts';
import { keyText } from '../reconcile/index.ts';
import type { CollectionReader } from '../store/index.ts';
import type { Kind } from './kind.ts';
import { Lookup } from './lookup.ts';

/** The part of the declared world that a batch of keys is translated from: of one moment, and whole for these keys. */
export interface World {
  /** The keys of the batch, and those that must be looked at with them. */
  readonly keys: readonly Key[];
  /** Undefined for an object that does not exist. */
  find<Facts>(kind: Kind<Facts>, id: string): Facts | undefined;
}

/** Reads what the keys name, then what must be looked at with that, until nothing new turns up. */
export async function loadWorld(
  reader: CollectionReader,
  kinds: readonly Kind[],
  named: readonly Key[],
): Promise<World> {
  const lookup = new Lookup(reader);
  const facts = new Map<string, Map<string, unknown>>(kinds.map(({ kind }) => [kind, new Map()]));
  const keys = new Map<string, Key>();
  let fresh = added(keys, named);
  while (fresh.length > 0) {
    const related: Key[] = [];
    const byKind = Map.groupBy(fresh, ({ kind }) => kind);
    for (const kind of kinds) {
      const ids = byKind.get(kind.kind)?.map(({ id }) => id);
      if (!ids) continue;
      for (const [id, one] of await kind.read(lookup, ids)) {
        facts.get(kind.kind)?.set(id, one);
        for (const key of kind.related?.(one) ?? []) related.push(key);
      }
    }
    fresh = added(keys, related);
  }
  return {
    keys: [...keys.values()],
    find: <Facts>({ kind }: Kind<Facts>, id: string) => facts.get(kind)?.get(id) as Facts | undefined,
  };
}

/** Adds keys to the known ones; answers those that were not known. */
function added(known: Map<string, Key>, keys: readonly Key[]): readonly Key[] {
  return keys.filter((key) => {
    const text = keyText(key);
    if (known.has(text)) return false;
    known.set(text, key);
    return true;
  });
}
