import type { IndexKey, Row } from './replica.ts';

/** Rows by a key that is computed from them. Most keys have one row: that needs no set. */
export class TableIndex {
  readonly #key: IndexKey<Row>;
  readonly #rows = new Map<string, Row | Set<Row>>();

  constructor(key: IndexKey<Row>) {
    this.#key = key;
  }

  list(key: string): readonly Row[] {
    const entry = this.#rows.get(key);
    if (!entry) return [];
    return entry instanceof Set ? [...entry] : [entry];
  }

  find(key: string): Row | undefined {
    const entry = this.#rows.get(key);
    return entry instanceof Set ? entry.values().next().value : entry;
  }

  replace(old: Row | undefined, row: Row | undefined): void {
    if (old) for (const key of this.#keys(old)) this.#remove(key, old);
    if (row) for (const key of this.#keys(row)) this.#add(key, row);
  }

  #keys(row: Row): readonly string[] {
    const key = this.#key(row);
    if (key === undefined) return [];
    return typeof key === 'string' ? [key] : key;
  }

  #add(key: string, row: Row): void {
    const entry = this.#rows.get(key);
    if (entry instanceof Set) entry.add(row);
    else if (entry && entry !== row) this.#rows.set(key, new Set([entry, row]));
    else this.#rows.set(key, row);
  }

  #remove(key: string, row: Row): void {
    const entry = this.#rows.get(key);
    if (entry === row) this.#rows.delete(key);
    else if (entry instanceof Set && entry.delete(row) && entry.size === 0) this.#rows.delete(key);
  }
}
