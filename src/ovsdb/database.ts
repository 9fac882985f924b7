import {
  type Backoff,
  type Clock,
  err,
  exponentialBackoff,
  type Log,
  type Milliseconds,
  milliseconds,
  type Result,
  silentLog,
  systemClock,
  type Timer,
} from '../base/index.ts';
import { type Endpoint, formatEndpoint } from './endpoint.ts';
import { type OvsdbError, transportError } from './errors.ts';
import { type Link, openLink } from './link.ts';
import { Monitor, type MonitorMethod } from './monitor.ts';
import type { Commit, Operation } from './operation.ts';
import type { Indexes, Replica, Selected, Selection, TableSelection } from './replica.ts';
import { ReplicaStore } from './replica-store.ts';
import type { DatabaseSchema } from './schema.ts';
import type { Session } from './session.ts';
import type { TlsCredentials } from './tls.ts';
import { decodeResults, encodeOperation } from './wire/operation-codec.ts';
import { type TableCodec, tableCodec } from './wire/table-codec.ts';

/** The database to replicate, where its servers are, and how to hold on to one of them. */
export interface DatabaseOptions<Tables extends object, S extends Selection<Tables>> {
  readonly schema: DatabaseSchema<Tables>;
  /** Tried in turn, from a random one on, so that many clients spread over a cluster. */
  readonly endpoints: readonly Endpoint[];
  /** Needed when an endpoint is `ssl:`. */
  readonly tls?: TlsCredentials;
  /** Stay with the RAFT leader only, and move when it changes. Without a cluster it changes nothing. Default false. */
  readonly leaderOnly?: boolean;
  /** The tables and columns to replicate. */
  readonly select: S;
  readonly indexes?: Indexes<Selected<Tables, S>>;
  /**
   * Silence after which the server is asked for an echo; twice that, and the connection is given up. Default 5 s; 0: never.
   * A server that was given up before the replica was complete is next given twice as long, up to a minute: it may be
   * putting a large database into words, and would have to begin again for each try.
   */
  readonly probeInterval?: Milliseconds;
  /** Longest wait for the answer to a transaction. Default 30 s. */
  readonly answerTimeout?: Milliseconds;
  /** Default: 100 ms doubling to 8 s. */
  readonly backoff?: Backoff;
  readonly clock?: Clock;
  readonly log?: Log;
}

/** Where the client stands, for health checks and people. */
export type DatabaseStatus =
  | { readonly kind: 'connecting'; readonly endpoint: Endpoint }
  | { readonly kind: 'synchronising'; readonly endpoint: Endpoint }
  | { readonly kind: 'synchronised'; readonly endpoint: Endpoint; readonly method: MonitorMethod }
  | { readonly kind: 'waiting'; readonly retryIn: Milliseconds; readonly error: OvsdbError }
  | { readonly kind: 'closed' };

/** A connection to one database that looks after itself: a replica to read, transactions to write. */
export interface Database<Seen extends object> {
  readonly replica: Replica<Seen>;
  readonly status: DatabaseStatus;
  /** Resolves when the replica is complete, now or later; rejects when the database is closed first. */
  synchronised(): Promise<void>;
  /**
   * Sends one transaction: all of it or nothing. When it answers ok, the replica already shows it.
   * Never throws for what a server or a network does; never retries by itself.
   */
  transact(operations: readonly Operation[]): Promise<Result<Commit, OvsdbError>>;
  /** Ends the connection; transactions under way answer `closed`. */
  close(): Promise<void>;
}

/** Opens at once and connects in the background, until closed; the process lives as long. */
export function openDatabase<Tables extends object, const S extends Selection<Tables>>(
  options: DatabaseOptions<Tables, S>,
): Database<Selected<Tables, S>> {
  return new ReconnectingDatabase(options as unknown as UntypedOptions) as unknown as Database<Selected<Tables, S>>;
}

type AnyTables = Record<string, { readonly _uuid: string }>;
type UntypedOptions = DatabaseOptions<AnyTables, Record<string, TableSelection>>;

/** A connection that lasted this long was a success: what ends it is a new failure, retried at once. */
const settled: Milliseconds = milliseconds(1000);

/** The longest silence before the first probe that a server earns by being slow to answer with a snapshot. */
const longestPatience: Milliseconds = milliseconds(60_000);

class ReconnectingDatabase implements Database<object> {
  readonly replica: ReplicaStore<object>;
  readonly #options: UntypedOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #backoff: Backoff;
  readonly #monitor: Monitor;
  readonly #codecs: ReadonlyMap<string, TableCodec>;
  readonly #run: Promise<void>;
  #probeInterval: Milliseconds;
  /** Timers don't keep a process alive; an open database does, also while it waits for the next try. */
  readonly #alive = setInterval(() => {}, 2 ** 30);
  #status: DatabaseStatus;
  #session: Session | undefined;
  readonly #closing = new AbortController();
  #wake: (() => void) | undefined;
  #wakeTimer: Timer | undefined;

  constructor(options: UntypedOptions) {
    const first = options.endpoints[0];
    if (!first) throw new Error('no endpoint to connect to');
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.#backoff = options.backoff ?? exponentialBackoff({ first: milliseconds(100), ceiling: milliseconds(8000) });
    this.#codecs = selectedCodecs(options.schema, options.select);
    this.replica = new ReplicaStore<object>(this.#codecs, options.indexes);
    this.#monitor = new Monitor(options.schema, options.select, this.replica);
    this.#status = { kind: 'connecting', endpoint: first };
    this.#probeInterval = usualProbe(options);
    this.#run = this.#keepConnected();
  }

  get status(): DatabaseStatus {
    const status = this.#status;
    const { method } = this.#monitor;
    if (status.kind !== 'synchronising' || !this.replica.complete || !method) return status;
    return { kind: 'synchronised', endpoint: status.endpoint, method };
  }

  synchronised(): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.reject(new Error(`${this.#options.schema.name}: closed`));
    if (this.replica.complete) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const stop = this.replica.subscribe((event) => {
        if (event.kind !== 'snapshot') return;
        stop();
        resolve();
      });
      void this.#run.then(() => reject(new Error(`${this.#options.schema.name}: closed`)));
    });
  }

  async transact(operations: readonly Operation[]): Promise<Result<Commit, OvsdbError>> {
    const { schema, answerTimeout = milliseconds(30_000) } = this.#options;
    const encoded = operations.map((operation) => encodeOperation(schema, operation));
    const refusal = this.#refusal();
    if (refusal || !this.#session) return err(refusal ?? transportError('not-connected', schema.name));
    const reply = await this.#session.request('transact', [schema.name, ...encoded], { within: answerTimeout });
    return reply.ok ? decodeResults(schema, operations, reply.value) : reply;
  }

  async close(): Promise<void> {
    clearInterval(this.#alive);
    this.#closing.abort();
    this.#session?.close(transportError('closed', this.#options.schema.name));
    this.#wakeTimer?.cancel();
    this.#wake?.();
    await this.#run;
  }

  /** Asks the replica, not the status: a subscriber may write as soon as it hears that a snapshot is complete. */
  #refusal(): OvsdbError | undefined {
    if (this.replica.complete) return undefined;
    const { name } = this.#options.schema;
    const status = this.#status;
    if (status.kind === 'closed') return transportError('closed', name);
    if (status.kind === 'waiting') return transportError('not-connected', `${name}: ${status.error.message}`);
    return transportError('not-connected', `${name}: ${status.kind} ${formatEndpoint(status.endpoint)}`);
  }

  /** Goes round the endpoints. Waits only after a whole round of failures: another server may be fine. */
  async #keepConnected(): Promise<void> {
    const { endpoints } = this.#options;
    let next = Math.floor(Math.random() * endpoints.length);
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      const endpoint = endpoints[next % endpoints.length] as Endpoint;
      const { error, lasted } = await this.#stayWith(endpoint);
      next++;
      if (this.#closing.signal.aborted) break;
      this.#log.warn(
        { database: this.#options.schema.name, endpoint: formatEndpoint(endpoint), kind: error.kind },
        `connect ${this.#options.schema.name}: ${error.message}`,
      );
      if (lasted) {
        this.#backoff.reset();
        failures = 0;
      } else if (++failures % endpoints.length === 0) await this.#pause(error);
    }
    this.#status = { kind: 'closed' };
  }

  /** One connection, until it ends. */
  async #stayWith(endpoint: Endpoint): Promise<{ error: OvsdbError; lasted: boolean }> {
    this.#status = { kind: 'connecting', endpoint };
    const link = await this.#openLink(endpoint);
    if (!link.ok) {
      if (link.error.kind === 'no-answer') this.#growPatience();
      return { error: link.error, lasted: false };
    }
    this.#probeInterval = usualProbe(this.#options);
    const since = this.#clock.now();
    const { name } = this.#options.schema;
    this.#log.info({ database: name, endpoint: formatEndpoint(endpoint) }, `connect ${name}: in step`);
    const error = await link.value.ended;
    this.#session = undefined;
    return { error, lasted: this.#clock.now() - since >= settled };
  }

  #growPatience(): void {
    const longest = Math.max(longestPatience, usualProbe(this.#options));
    this.#probeInterval = milliseconds(Math.min(2 * this.#probeInterval, longest));
  }

  #openLink(endpoint: Endpoint): Promise<Result<Link, OvsdbError>> {
    const { schema, tls, leaderOnly = false } = this.#options;
    const columnsByTable = new Map([...this.#codecs].map(([table, codec]) => [table, codec.columns]));
    const options = {
      schema,
      tls,
      leaderOnly,
      probeInterval: () => this.#probeInterval,
      clock: this.#clock,
      monitor: this.#monitor,
      columnsByTable,
      signal: this.#closing.signal,
    };
    return openLink(endpoint, options, (session) => {
      this.#session = session;
      this.#status = { kind: 'synchronising', endpoint };
      if (this.#closing.signal.aborted) session.close(transportError('closed', schema.name));
    });
  }

  async #pause(error: OvsdbError): Promise<void> {
    const retryIn = this.#backoff.next();
    this.#status = { kind: 'waiting', retryIn, error };
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#wakeTimer = this.#clock.after(retryIn, resolve);
    });
  }
}

function usualProbe({ probeInterval = milliseconds(5_000) }: UntypedOptions): Milliseconds {
  return probeInterval;
}

/** The codec of each selected table. Throws for a table or column that the schema lacks. */
function selectedCodecs(
  schema: DatabaseSchema,
  select: Readonly<Record<string, TableSelection>>,
): ReadonlyMap<string, TableCodec> {
  return new Map(
    Object.entries(select).map(([name, { columns }]) => {
      const table = schema.tables[name];
      if (!table) throw new Error(`no table ${name} in schema ${schema.name}`);
      return [name, tableCodec(name, table, columns === 'all' ? Object.keys(table.columns) : columns)];
    }),
  );
}
