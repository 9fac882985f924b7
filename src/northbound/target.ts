import { type Clock, err, type Log, ok, type Result, type Uuid } from '../base/index.ts';
import { northbound, ownerOf } from '../ovn/index.ts';
import {
  type Commit,
  type Database,
  type Endpoint,
  type Operation,
  type OvsdbError,
  openDatabase,
  type ReplicaEvent,
  type TlsCredentials,
} from '../ovsdb/index.ts';
import { type ApplyFailure, type Key, parseKey, type Target } from '../reconcile/index.ts';
import { ownedKeys, planOperations } from './plan.ts';
import { indexes, managed, type NbRows } from './schema.ts';
import type { World } from './world.ts';

export type NorthboundDatabase = Database<NbRows>;

export interface NorthboundOptions {
  readonly endpoints: readonly Endpoint[];
  readonly tls?: TlsCredentials;
  readonly clock?: Clock;
  readonly log?: Log;
}

/** Connects to NB, at the leader where there is a cluster: only it can commit without a detour. */
export function openNorthbound(options: NorthboundOptions): NorthboundDatabase {
  return openDatabase({ ...options, schema: northbound.schema, select: managed, indexes, leaderOnly: true });
}

/** Who is told of what happens in NB without our doing. */
export interface NorthboundListener {
  /** NB has shown everything it holds, anew: what it is now must be compared. */
  onSnapshot(): void;
  /** Somebody else touched rows of ours. */
  onForeignChange(keys: readonly Key[]): void;
}

/** NB as what the engine brings in line. */
export class NorthboundTarget implements Target<World, Operation> {
  readonly name = 'northbound';
  readonly #database: NorthboundDatabase;
  /** The rows of the transaction under way: what the replica tells of them is our own doing. */
  #inFlight: ReadonlySet<Uuid> = new Set();

  constructor(database: NorthboundDatabase) {
    this.#database = database;
  }

  ready(): boolean {
    return this.#database.replica.complete;
  }

  listKeys(): readonly Key[] {
    return ownedKeys(this.#database.replica, keyOf);
  }

  plan(world: World, keys: readonly Key[]): Promise<readonly Operation[]> {
    return planOperations(world, keys, this.#database.replica);
  }

  async apply(operations: readonly Operation[]): Promise<Result<void, ApplyFailure>> {
    this.#inFlight = touchedUuids(operations);
    const committed = await this.#database.transact(operations);
    this.#inFlight = new Set();
    if (!committed.ok) return err(failureOf(committed.error));
    return missed(committed.value) ? err({ kind: 'conflict', message: 'a row to be changed was gone' }) : ok(undefined);
  }

  /** Follows NB, so that what others do to it is mended at once. Returns how to stop. */
  follow(listener: NorthboundListener): () => void {
    return this.#database.replica.subscribe((event) => this.#onEvent(event, listener));
  }

  #onEvent(event: ReplicaEvent<NbRows>, listener: NorthboundListener): void {
    if (event.kind === 'lost') return;
    if (event.kind === 'snapshot') {
      listener.onSnapshot();
      return;
    }
    const foreign = event.changes.filter(({ uuid }) => !this.#inFlight.has(uuid));
    const keys = foreign.flatMap((change) => [change.old, change.new].flatMap((row) => (row && keyOf(row)) ?? []));
    if (keys.length > 0) listener.onForeignChange(keys);
  }
}

function keyOf(row: { readonly external_ids: Readonly<Record<string, string>> }): Key | undefined {
  const owner = ownerOf(row);
  return owner === undefined ? undefined : parseKey(owner);
}

function touchedUuids(operations: readonly Operation[]): ReadonlySet<Uuid> {
  const touched = new Set<Uuid>();
  for (const operation of operations) {
    if (operation.op === 'insert' && operation.uuid) touched.add(operation.uuid);
    if (!('where' in operation)) continue;
    for (const [column, , value] of operation.where) if (column === '_uuid') touched.add(value as Uuid);
    if (operation.op !== 'mutate') continue;
    for (const [, , value] of operation.mutations)
      if (Array.isArray(value)) for (const uuid of value) touched.add(uuid);
  }
  return touched;
}

/** An operation that found no row: what the plan was made from is not what is there. */
function missed({ results }: Commit): boolean {
  return results.some((result) => 'count' in result && result.count === 0);
}

function failureOf(error: OvsdbError): ApplyFailure {
  const { message } = error;
  if (error.scope === 'transport') return { kind: 'unavailable', message };
  // A `wait` that did not hold, or a row that another controller inserted first.
  if (error.kind === 'timed-out' || error.kind === 'duplicate-uuid') return { kind: 'conflict', message };
  return { kind: error.retryable ? 'unavailable' : 'rejected', message };
}
