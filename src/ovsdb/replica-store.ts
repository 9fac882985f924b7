import type { Uuid } from '../base/index.ts';
import type { Indexes, IndexKey, Replica, ReplicaEvent, Row, RowChange, TableReplica } from './replica.ts';
import { TableIndex } from './table-index.ts';
import type { TableCodec } from './wire/table-codec.ts';
import { ValueError } from './wire/value-codec.ts';

/** One row of a table-updates object, decoded as far as it can be without the row it changes. */
export type RowUpdate = SettledUpdate | Modification;

type SettledUpdate =
  | { readonly kind: 'put'; readonly table: TableStore; readonly uuid: Uuid; readonly row: Row }
  | { readonly kind: 'delete'; readonly table: TableStore; readonly uuid: Uuid };

interface Modification {
  readonly kind: 'modify';
  readonly table: TableStore;
  readonly uuid: Uuid;
  readonly difference: unknown;
}

type UntypedChange = { table: string; uuid: Uuid; old: Row | undefined; new: Row | undefined };
type History = 'first' | 'resumed' | 'reloaded';

/** The replica's contents. Changes are applied in whole batches, so that a reader never sees half a transaction. */
export class ReplicaStore<Seen extends object> implements Replica<Seen> {
  readonly tables: ReadonlyMap<string, TableStore>;
  readonly #listeners = new Set<(event: ReplicaEvent<Seen>) => void>();
  #complete = false;
  #revision = 0;
  #filled = false;

  constructor(codecs: ReadonlyMap<string, TableCodec>, indexes: Indexes<Seen> = {}) {
    const keysByTable = indexes as Readonly<Record<string, Readonly<Record<string, IndexKey<Row>>>>>;
    this.tables = new Map(
      [...codecs].map(([name, codec]) => [name, new TableStore(name, codec, keysByTable[name] ?? {})]),
    );
  }

  get complete(): boolean {
    return this.#complete;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Whether there ever was a snapshot. */
  get filled(): boolean {
    return this.#filled;
  }

  table<T extends keyof Seen & string>(name: T): TableReplica<Seen[T]> {
    const table = this.tables.get(name);
    if (!table) throw new Error(`table ${name} is not replicated`);
    return table as unknown as TableReplica<Seen[T]>;
  }

  subscribe(listener: (event: ReplicaEvent<Seen>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The whole contents: rows that are not among the updates are gone. */
  load(updates: readonly RowUpdate[]): void {
    const changes: UntypedChange[] = [];
    const byTable = Map.groupBy(updates.filter(isSettled), (update) => update.table);
    for (const table of this.tables.values()) table.load(byTable.get(table) ?? [], changes);
    this.#snapshot(this.#filled ? 'reloaded' : 'first', changes);
  }

  /** Takes in the changes since the connection was lost. */
  resume(updates: readonly RowUpdate[]): void {
    this.#snapshot('resumed', this.#apply(updates));
  }

  /** One transaction. */
  update(updates: readonly RowUpdate[]): void {
    const changes = this.#apply(updates);
    if (changes.length > 0) this.#emit({ kind: 'update', changes: changes as unknown as RowChange<Seen>[] });
  }

  /** The connection is gone: what is here may be old. */
  lose(): void {
    if (!this.#complete) return;
    this.#complete = false;
    this.#emit({ kind: 'lost' });
  }

  #apply(updates: readonly RowUpdate[]): UntypedChange[] {
    // All of the batch is understood before any of it is applied.
    const settled = updates.map((update) => (update.kind === 'modify' ? update.table.settle(update) : update));
    const changes: UntypedChange[] = [];
    for (const update of settled) update.table.apply(update, changes);
    return changes;
  }

  #snapshot(history: History, changes: UntypedChange[]): void {
    this.#complete = true;
    this.#filled = true;
    this.#emit({ kind: 'snapshot', history, changes: changes as unknown as RowChange<Seen>[] });
  }

  #emit(event: ReplicaEvent<Seen>): void {
    if (event.kind !== 'lost' && event.changes.length > 0) this.#revision++;
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** The rows of one table by uuid, and under the keys of its indexes. */
export class TableStore implements TableReplica<Row> {
  readonly name: string;
  readonly codec: TableCodec;
  readonly #indexes: ReadonlyMap<string, TableIndex>;
  readonly #rows = new Map<Uuid, Row>();

  constructor(name: string, codec: TableCodec, keys: Readonly<Record<string, IndexKey<Row>>>) {
    this.name = name;
    this.codec = codec;
    this.#indexes = new Map(Object.entries(keys).map(([index, key]) => [index, new TableIndex(key)]));
  }

  get size(): number {
    return this.#rows.size;
  }

  find(uuid: Uuid): Row | undefined {
    return this.#rows.get(uuid);
  }

  rows(): Iterable<Row> {
    return this.#rows.values();
  }

  listBy(index: string, key: string): readonly Row[] {
    return this.#index(index)
      .list(key)
      .flatMap((uuid) => this.#rows.get(uuid) ?? []);
  }

  findBy(index: string, key: string): Row | undefined {
    const uuid = this.#index(index).find(key);
    return uuid === undefined ? undefined : this.#rows.get(uuid);
  }

  /** Makes the whole row of a modification. Throws ValueError for a row that isn't here: then we missed something. */
  settle({ uuid, difference }: Modification): SettledUpdate {
    const old = this.#rows.get(uuid);
    if (!old) throw new ValueError(`${this.name} ${uuid} is modified but was never seen`);
    return { kind: 'put', table: this, uuid, row: this.codec.modifyRow(old, difference) };
  }

  apply(update: SettledUpdate, changes: UntypedChange[]): void {
    const old = this.#rows.get(update.uuid);
    if (update.kind === 'put') this.#put(old, update.row, changes);
    else this.#remove(old, changes);
  }

  load(updates: readonly SettledUpdate[], changes: UntypedChange[]): void {
    const kept = new Set(updates.map((update) => update.uuid));
    for (const row of [...this.#rows.values()]) if (!kept.has(row._uuid)) this.#remove(row, changes);
    for (const update of updates) this.apply(update, changes);
  }

  /** A row that is equal keeps its object, and is no change. */
  #put(old: Row | undefined, row: Row, changes: UntypedChange[]): void {
    if (old && this.codec.sameRow(old, row)) return;
    this.#rows.set(row._uuid, row);
    for (const index of this.#indexes.values()) index.replace(old, row);
    changes.push({ table: this.name, uuid: row._uuid, old, new: row });
  }

  #remove(old: Row | undefined, changes: UntypedChange[]): void {
    if (!old) return;
    this.#rows.delete(old._uuid);
    for (const index of this.#indexes.values()) index.replace(old, undefined);
    changes.push({ table: this.name, uuid: old._uuid, old, new: undefined });
  }

  #index(name: string): TableIndex {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`table ${this.name} has no index ${name}`);
    return index;
  }
}

function isSettled(update: RowUpdate): update is SettledUpdate {
  return update.kind !== 'modify';
}
