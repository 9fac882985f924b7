import { takeTurns } from '../base/index.ts';
import { listById, type Predicate, type Stored, type Table } from '../kit/index.ts';
import type { CollectionReader } from '../store/index.ts';

/** Things that belong to an object and are found by its id, such as the interfaces of a router. */
export interface Relation<E extends Stored> {
  readonly table: Table<E>;
  where(ids: readonly string[]): Predicate;
  /** The id of the object that it belongs to. */
  idOf(entity: E): string;
}

/** About a millisecond of work. */
const idsPerQuery = 100;

/** Reads one snapshot, each object once, however many others need it. */
export class Lookup {
  readonly reader: CollectionReader;
  /** To be awaited between parts of long work. */
  readonly turn = takeTurns();
  readonly #found = new Map<Table, Map<string, Stored | undefined>>();
  readonly #listed = new Map<unknown, Map<string, readonly Stored[]>>();

  constructor(reader: CollectionReader) {
    this.reader = reader;
  }

  /** The objects with these ids, by id; one that does not exist is missing. */
  async byId<E extends Stored>(table: Table<E>, ids: Iterable<string>): Promise<ReadonlyMap<E['id'], E>> {
    const wanted = [...new Set(ids)];
    const found = mapIn(this.#found, table as unknown as Table);
    const unknown = wanted.filter((id) => !found.has(id));
    for (const id of unknown) found.set(id, undefined);
    for (const entity of await listById(this.reader, table, unknown, this.turn)) found.set(entity.id, entity);
    return new Map(wanted.flatMap((id) => entryOf(found.get(id) as E | undefined)));
  }

  /** All that belongs to the objects with these ids, by their ids. */
  async related<E extends Stored>(
    relation: Relation<E>,
    ids: Iterable<string>,
  ): Promise<ReadonlyMap<string, readonly E[]>> {
    const wanted = [...new Set(ids)];
    const listed = mapIn(this.#listed, relation as unknown);
    const unknown = wanted.filter((id) => !listed.has(id));
    for (let start = 0; start < unknown.length; start += idsPerQuery) {
      const some = unknown.slice(start, start + idsPerQuery);
      const byOwner = new Map<string, E[]>(some.map((id) => [id, []]));
      for await (const page of this.reader.pages(relation.table, { where: relation.where(some) })) {
        for (const entity of page) byOwner.get(relation.idOf(entity))?.push(entity);
        await this.turn();
      }
      for (const [id, entities] of byOwner) listed.set(id, entities);
    }
    return new Map(wanted.map((id) => [id, (listed.get(id) ?? []) as readonly E[]]));
  }
}

function mapIn<K, V>(maps: Map<K, Map<string, V>>, key: K): Map<string, V> {
  let map = maps.get(key);
  if (!map) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}

function entryOf<E extends Stored>(entity: E | undefined): readonly (readonly [E['id'], E])[] {
  return entity ? [[entity.id, entity]] : [];
}
