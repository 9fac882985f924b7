import { type Clock, err, type Log, ok, type Result, type Uuid } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { northbound } from '../ovn/index.ts';
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
import type { ApplyFailure, Target } from '../reconcile/index.ts';
import { keysOfChange } from './changes.ts';
import type { NorthboundClaim } from './claim.ts';
import { ownedKeys, planOperations } from './plan.ts';
import { indexes, type NbSeen, replicated } from './schema.ts';
import { WaitingMembers } from './waiting-members.ts';
import type { World } from './world.ts';

/** A connection to NB with its replica. */
export type NorthboundDatabase = Database<NbSeen>;

/** Where NB is and how to reach it. TLS credentials are needed for `ssl:` endpoints. */
export interface NorthboundOptions {
  readonly endpoints: readonly Endpoint[];
  readonly tls?: TlsCredentials;
  readonly clock?: Clock;
  readonly log?: Log;
}

/** Connects to NB, at the leader where there is a cluster: only it can commit without a detour. */
export function openNorthbound(options: NorthboundOptions): NorthboundDatabase {
  return openDatabase({ ...options, schema: northbound.schema, select: replicated, indexes, leaderOnly: true });
}

/** Hears of changes in NB that others made. */
export interface NorthboundListener {
  /** A new snapshot of NB is complete: everything must be compared. */
  onSnapshot(): void;
  /** Another client changed rows of ours, or a row has come that others are to be members of. */
  onChange(keys: readonly Key[]): void;
}

/** northd makes NB_Global once: the second try finds it made. */
const markTries = 3;

/** NB as what the engine brings in line. */
export class NorthboundTarget implements Target<World, Operation> {
  readonly name = 'northbound';
  readonly #database: NorthboundDatabase;
  readonly #claim: NorthboundClaim;
  /** The rows of the transaction under way: changes of these are our own, and not reported as foreign. */
  #inFlight: ReadonlySet<Uuid> = new Set();

  readonly #waiting = new WaitingMembers();
  #isMarking = false;

  constructor(database: NorthboundDatabase, claim: NorthboundClaim) {
    this.#database = database;
    this.#claim = claim;
  }

  ready(): boolean {
    return this.#database.replica.complete && this.#claim.holds() && !this.#isMarking;
  }

  listKeys(): readonly Key[] {
    return listOwnedKeys(this.#database);
  }

  async plan(world: World): Promise<readonly Operation[]> {
    // Before the plan, which takes several turns: a mark that changes meanwhile fails the transaction.
    const { operations: guard, isMarking } = this.#claim.guard();
    const { operations, waiting } = await planOperations(world, this.#database.replica);
    for (const { holder, key } of waiting) this.#waiting.add(holder.uuid, key);
    return operations.length > 0 || isMarking ? [...guard, ...operations] : [];
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
    const unsubscribe = this.#database.replica.subscribe((event) => this.#onEvent(event, listener));
    if (this.#database.replica.complete) void this.#onSnapshot(listener);
    return () => {
      unsubscribe();
      this.#claim.stop();
    };
  }

  async #onSnapshot(listener: NorthboundListener): Promise<void> {
    await this.#claim.examine();
    await this.#mark();
    listener.onSnapshot();
  }

  /** Compares the mark again: another client may have changed or deleted it. Our own change of it leads to nothing. */
  async #onMark(listener: NorthboundListener): Promise<void> {
    if (!(await this.#claim.examine())) return;
    await this.#mark();
    listener.onSnapshot();
  }

  /**
   * Marks a free NB before anything else. northd writes NB_Global, too, as soon as an empty NB is there: a transaction with
   * thousands of rows takes long to plan, and would fail and be planned again. If this fails, the first of those sets the mark.
   */
  async #mark(): Promise<void> {
    this.#isMarking = true;
    for (let tries = 0; tries < markTries; tries += 1) {
      const { operations, isMarking } = this.#claim.guard();
      if (!isMarking || !this.#database.replica.complete) break;
      const committed = await this.#database.transact(operations);
      if (committed.ok) break;
    }
    this.#isMarking = false;
  }

  #onEvent(event: ReplicaEvent<NbSeen>, listener: NorthboundListener): void {
    if (event.kind === 'lost') return;
    if (event.kind === 'snapshot') {
      this.#waiting.clear();
      void this.#onSnapshot(listener);
      return;
    }
    if (event.changes.some(({ table }) => table === 'NB_Global')) void this.#onMark(listener);
    const { replica } = this.#database;
    const foreign = event.changes.filter(({ uuid }) => !this.#inFlight.has(uuid));
    const keys = [
      ...foreign.flatMap((change) => keysOfChange(change, replica)),
      ...event.changes.flatMap((change) => (change.old ? [] : this.#waiting.take(change.uuid))),
    ];
    if (keys.length > 0) listener.onChange(keys);
  }
}

/** The keys of all rows in NB that carry our labels. */
export function listOwnedKeys({ replica }: NorthboundDatabase): readonly Key[] {
  return ownedKeys(replica);
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

/** Whether an operation found no row: the row was deleted after the plan was made. */
function missed({ results }: Commit): boolean {
  return results.some((result) => 'count' in result && result.count === 0);
}

function failureOf(error: OvsdbError): ApplyFailure {
  const { message } = error;
  if (error.scope === 'transport') return { kind: 'unavailable', message };
  // A `wait` that did not hold, or a row that another controller (or northd: NB_Global) inserted first.
  const isLate = error.kind === 'timed-out' || error.kind === 'duplicate-uuid' || /"NB_Global" table/.test(message);
  if (isLate) return { kind: 'conflict', message };
  return { kind: error.retryable ? 'unavailable' : 'rejected', message };
}
