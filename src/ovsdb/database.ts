import type { Backoff, Clock, Log, Milliseconds, Result } from '../base/index.ts';
import type { Endpoint } from './endpoint.ts';
import type { OvsdbError } from './errors.ts';
import type { Commit, Operation } from './operation.ts';
import type { Indexes, Replica, Selected, Selection } from './replica.ts';
import type { DatabaseSchema } from './schema.ts';

/** PEM texts. As Open vSwitch does, the chain is verified against `ca`, the peer's name is not. */
export interface TlsCredentials {
  readonly privateKey: string;
  readonly certificate: string;
  readonly ca: string;
}

export interface DatabaseOptions<Tables extends object, S extends Selection<Tables>> {
  readonly schema: DatabaseSchema<Tables>;
  /** Tried in turn, from a random one on, so that many clients spread over a cluster. */
  readonly endpoints: readonly Endpoint[];
  /** Needed when an endpoint is `ssl:`. */
  readonly tls?: TlsCredentials;
  /** Stay with the RAFT leader only, and move when it changes. Without a cluster it changes nothing. Default false. */
  readonly leaderOnly?: boolean;
  /** What to replicate. */
  readonly select: S;
  readonly indexes?: Indexes<Selected<Tables, S>>;
  /** Silence after which the server is asked for an echo; twice that, and the connection is given up. Default 5 s; 0: never. */
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

/** How the server sends changes: the newest it has. `monitor_cond_since` alone can resume. */
export type MonitorMethod = 'monitor_cond_since' | 'monitor_cond' | 'monitor';

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

/** Opens at once and connects in the background, for ever, until closed. */
export function openDatabase<Tables extends object, const S extends Selection<Tables>>(
  options: DatabaseOptions<Tables, S>,
): Database<Selected<Tables, S>> {
  void options;
  throw new Error('not reached');
}
