import { listDifference, type Uuid } from '../base/index.ts';
import type { IndexKey, Row } from './replica.ts';

/** Rows that are listed in an array; more are in a set, which takes several times the memory of a short array. */
const longestArray = 8;

/** The uuids of one key. Most keys have one row, or a few. */
type Entry = Uuid | Uuid[] | Set<Uuid>;

/**
 * The uuids of rows by keys that are computed from the rows. As it holds uuids, a change of a row costs as much as its
 * keys differ from before: a row may have a hundred thousand.
 */
export class TableIndex {
  readonly #key: IndexKey<Row>;
  readonly #entries = new Map<string, Entry>();

  constructor(key: IndexKey<Row>) {
    this.#key = key;
  }

  list(key: string): readonly Uuid[] {
    const entry = this.#entries.get(key);
    if (entry === undefined) return [];
    return typeof entry === 'string' ? [entry] : [...entry];
  }

  find(key: string): Uuid | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined || typeof entry === 'string' ? entry : entry.values().next().value;
  }

  replace(old: Row | undefined, row: Row | undefined): void {
    const uuid = (row ?? old)?._uuid;
    if (uuid === undefined) return;
    const { gone, come } = listDifference(this.#keys(old), this.#keys(row));
    for (const key of gone) this.#remove(key, uuid);
    for (const key of come) this.#add(key, uuid);
  }

  #keys(row: Row | undefined): readonly string[] {
    const key = row && this.#key(row);
    if (key === undefined) return [];
    return typeof key === 'string' ? [key] : key;
  }

  #add(key: string, uuid: Uuid): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, uuid);
    else if (entry instanceof Set) entry.add(uuid);
    else if (typeof entry === 'string') this.#addSecond(key, entry, uuid);
    else if (!entry.includes(uuid)) this.#addFurther(key, entry, uuid);
  }

  #addSecond(key: string, first: Uuid, second: Uuid): void {
    if (first !== second) this.#entries.set(key, [first, second]);
  }

  #addFurther(key: string, entry: Uuid[], uuid: Uuid): void {
    if (entry.length < longestArray) entry.push(uuid);
    else this.#entries.set(key, new Set([...entry, uuid]));
  }

  #remove(key: string, uuid: Uuid): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    if (entry instanceof Set) {
      entry.delete(uuid);
      if (entry.size === 0) this.#entries.delete(key);
      return;
    }
    const [first, ...others] = (typeof entry === 'string' ? [entry] : entry).filter((one) => one !== uuid);
    if (first === undefined) this.#entries.delete(key);
    else this.#entries.set(key, others.length === 0 ? first : [first, ...others]);
  }
}
