import { err, ok, type Result, type Uuid } from '../base/index.ts';
import { type OvsdbError, transportError } from './errors.ts';
import { matchesAny } from './matches.ts';
import type { TableSelection } from './replica.ts';
import type { ReplicaStore, RowUpdate, TableStore } from './replica-store.ts';
import type { DatabaseSchema } from './schema.ts';
import type { Session } from './session.ts';
import type { RowValue } from './value.ts';
import { encodeConditions } from './wire/operation-codec.ts';
import type { RowSink } from './wire/splitter.ts';
import { ValueError } from './wire/value-codec.ts';

/** How the server sends changes: the newest it has. `monitor_cond_since` alone can resume. */
export type MonitorMethod = 'monitor_cond_since' | 'monitor_cond' | 'monitor';

const methods: readonly MonitorMethod[] = ['monitor_cond_since', 'monitor_cond', 'monitor'];

type Selections = Readonly<Record<string, TableSelection>>;
/** The part of a replica that the monitor writes. */
type Store = Pick<ReplicaStore<object>, 'tables' | 'load' | 'resume' | 'update' | 'lose'>;

/** Keeps a store equal to the selected part of a database, over one session after another. */
export class Monitor {
  readonly #schema: DatabaseSchema;
  readonly #selections: Selections;
  readonly #store: Store;
  /** ovsdb-server(7) §4.1.15 <last-txn-id>: where the history can be resumed. */
  #lastTransaction: string | undefined;
  #updates: RowUpdate[] = [];
  #awaitsSnapshot = false;
  #filtersHere = false;
  #method: MonitorMethod | undefined;

  constructor(schema: DatabaseSchema, selections: Selections, store: Store) {
    this.#schema = schema;
    this.#selections = selections;
    this.#store = store;
  }

  /** The <json-value> by which notifications name the monitor: the database, as a session has one monitor for each. */
  get name(): string {
    return this.#schema.name;
  }

  /** The monitor method of the server that sent the last snapshot. */
  get method(): MonitorMethod | undefined {
    return this.#method;
  }

  /** Asks for the snapshot, or for what changed since the last session, and applies it. */
  async start(session: Session): Promise<Result<void, OvsdbError>> {
    for (const method of methods) {
      const reply = await this.#request(session, method);
      if (reply.ok) return ok(undefined);
      if (reply.error.kind !== 'unknown-method') return reply;
    }
    return err(transportError('protocol-violation', 'the server has no monitor method'));
  }

  /** Takes the rows of this monitor: of its notifications, and (`name` undefined) of the reply that it awaits. */
  rowsFor(name: string | undefined): RowSink | undefined {
    const mine = name === undefined ? this.#awaitsSnapshot : name === this.name;
    if (!mine) return undefined;
    return (table, uuid, row) => this.#stage(table, uuid as Uuid, row);
  }

  /** An update notification has ended; its rows came before. */
  onUpdate(method: string, params: readonly unknown[]): void {
    this.#store.update(this.#takeStaged());
    if (method === 'update3' && typeof params[1] === 'string') this.#lastTransaction = params[1];
  }

  /** The session is over. Drops the part of a message that had arrived. */
  stop(): void {
    this.#updates = [];
    this.#awaitsSnapshot = false;
    this.#store.lose();
  }

  /** Distrusts the replica's content: the next snapshot is read whole. */
  forget(): void {
    this.#lastTransaction = undefined;
  }

  #request(session: Session, method: MonitorMethod): Promise<Result<unknown, OvsdbError>> {
    this.#updates = [];
    this.#awaitsSnapshot = true;
    this.#filtersHere = method === 'monitor';
    const since = method === 'monitor_cond_since' ? [this.#lastTransaction ?? noTransaction] : [];
    const params = [this.name, this.name, this.#tableRequests(method), ...since];
    // At once: an update may follow the reply in the same chunk.
    return session.request(method, params, { onResult: (result) => this.#applySnapshot(method, result) });
  }

  #tableRequests(method: MonitorMethod): Record<string, unknown> {
    const requests: Record<string, unknown> = {};
    for (const [name, table] of this.#store.tables) {
      const where = this.#selections[name]?.where ?? [];
      const schema = this.#schema.tables[name];
      const condition =
        method === 'monitor' || !schema || where.length === 0 ? {} : { where: encodeConditions(schema, where) };
      requests[name] = [{ columns: table.codec.columns, ...condition }];
    }
    return requests;
  }

  #applySnapshot(method: MonitorMethod, result: unknown): void {
    this.#awaitsSnapshot = false;
    this.#method = method;
    const updates = this.#takeStaged();
    const [found, last] = method === 'monitor_cond_since' && Array.isArray(result) ? result : [false, undefined];
    if (found === true) this.#store.resume(updates);
    else this.#store.load(updates);
    this.#lastTransaction = typeof last === 'string' ? last : undefined;
  }

  #takeStaged(): RowUpdate[] {
    const updates = this.#updates;
    this.#updates = [];
    return updates;
  }

  #stage(tableName: string, uuid: Uuid, json: unknown): void {
    const table = this.#store.tables.get(tableName);
    if (!table) throw new ValueError(`table ${tableName} was not asked for`);
    this.#updates.push(this.#decode(table, uuid, json as Readonly<Record<string, unknown>>));
  }

  /** A <row-update2> (ovsdb-server(7) §4.1.14) or, with `old` and `new`, a <row-update> (RFC 7047 §4.1.6). */
  #decode(table: TableStore, uuid: Uuid, json: Readonly<Record<string, unknown>>): RowUpdate {
    if (json.modify) return { kind: 'modify', table, uuid, difference: json.modify };
    const whole = json.initial ?? json.insert ?? json.new;
    if (!whole) return { kind: 'delete', table, uuid };
    const row = table.codec.decodeRow(uuid, whole);
    if (this.#filtersHere && !this.#isSelected(table, row as unknown as RowValue))
      return { kind: 'delete', table, uuid };
    return { kind: 'put', table, uuid, row };
  }

  #isSelected(table: TableStore, row: RowValue): boolean {
    return matchesAny(this.#selections[table.name]?.where ?? [], row);
  }
}

/** ovsdb-server(7) §4.1.15: asks for the whole contents. */
const noTransaction = '00000000-0000-0000-0000-000000000000';
