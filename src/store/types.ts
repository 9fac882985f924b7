import type { Log, Milliseconds, Result, Uuid } from '../base/index.ts';
import type { Address } from '../ip/index.ts';
import type { Key, Query, Reader, Stored, Table, Writer } from '../kit/index.ts';
import type { NetworkId, Port, PortId } from '../resources/index.ts';
import type { ContentCheckTimes } from './dialect/content-checks.ts';

/** The database and how to work with it. Only `database` must be given. */
export interface StoreOptions {
  /** `sqlite:PATH`, or `postgres://user@host/database`, for a unix socket `postgres://user@/database?host=/its/folder`. */
  readonly database: string;
  readonly log?: Log;
  /**
   * Called when a flush to the disk failed: whether what was committed is there, nobody can tell. End the process at once,
   * without another answer. Otherwise the calls under way, and all later writes, fail with an unknown outcome.
   */
  readonly onFatal?: (error: Error) => void;
  /** When an SQLite file is looked through for damage. */
  readonly contentChecks?: ContentCheckTimes | undefined;
  /** Pause between looks at what other processes committed. Default 500 ms. */
  readonly pollInterval?: Milliseconds;
  /** Connections to PostgreSQL in all, at least 8. Default 24: a server lets in 100 unless told otherwise. */
  readonly connections?: number | undefined;
  /** Collections that are read in pages at a time, outside of snapshots: each has a connection of its own. */
  readonly maxCollectionsRead?: number;
  /**
   * How long a write, and the start, wait for a database that is away, which may just restart, and a collection for its
   * turn to be read. Then a `StoreUnavailable` or a `StoreBusy` is thrown. Default 5 s.
   */
  readonly patience?: Milliseconds;
  readonly bulks?: BulkOptions;
}

/** How long lists are written. */
export interface BulkOptions {
  /** For how long one part of a list keeps other units waiting. Default 5 ms. */
  readonly partBudget?: Milliseconds;
  /** A list that was not gone on with for so long, once or twice over, has lost its writer and is taken back. Default 10 s. */
  readonly lostAfter?: Milliseconds;
}

/** Where the declared world is kept, and what was observed of it. */
export interface Store {
  /** Of this store, made once, and shared by all processes on one database. A database in its place has another one. */
  readonly id: Uuid;
  /** Reads what is committed. Each call sees its own moment; use `snapshot` for several that must agree. */
  readonly reader: CollectionReader;
  readonly outbox: Outbox;
  /** What is wrong with the database at the moment, in words for the operator; empty when nothing is known to be. */
  faults(): readonly string[];

  /**
   * Runs `work` as one unit: all of it or nothing, in isolation from every other unit (of other processes too).
   * Resolves only after the commit is durable. A returned error, or a thrown one, takes back this unit and no other.
   * `work` does nothing but use its unit: others wait for it, and after a lost connection it is run again. Throws a
   * `StoreUnavailable` when the database can't be reached in time, a `StoreBusy` when other processes keep it busy.
   */
  write<T, E>(work: (unit: UnitOfWork) => Promise<Result<T, E>>): Promise<Result<T, E>>;

  /**
   * Runs `insert` for each item, in order: all of it happens or nothing, and nobody but other units sees any of it before
   * all is there. A long list is written in several units, so that others get their turn in between: what `insert` reads
   * may have changed since the item before. It does nothing but insert rows. Throws a `StoreBusy` when it took so long
   * that another process took it for dead.
   */
  writeAll<Item, T, E>(
    items: readonly Item[],
    insert: (unit: UnitOfWork, item: Item) => Promise<Result<T, E>>,
  ): Promise<Result<readonly T[], E>>;

  /** Gives `read` a view of one moment, however long it takes. Not to be used after `read` has settled. */
  snapshot<T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T>;

  /**
   * Calls `listener` with the newest revision after units were committed: at once for those of this process, within a
   * poll (half a second) for those of others. Returns how to stop that.
   */
  onCommit(listener: (revision: number) => void): () => void;

  /** Lets running units finish and closes all connections. */
  close(): Promise<void>;
}

/** What collections need besides the rules' reader. */
export interface CollectionReader extends Reader {
  /** The answer of `list` in pages of at most `size` (default 500) entities, so that neither side holds the whole. */
  pages<E extends Stored>(table: Table<E>, query: Query, size?: number): AsyncIterable<readonly E[]>;
  readonly observed: ObservedReader;
}

/** The committed state of one moment. All reads of it agree with each other. */
export interface Snapshot extends CollectionReader {
  /** Of the newest unit that is visible. All units with lower revisions are visible too: revisions commit in order. */
  readonly revision: number;
}

/**
 * One unit of work. `apply` throws a `StoreConflict` when a claim is taken, or when the row is absent or not on the
 * revision just below the entity's: a lower revision never overwrites a higher one. Units run one after another, so
 * who has read in the same unit what it changes meets no conflict.
 */
export interface UnitOfWork extends Writer {
  /**
   * What this unit's keys carry. Higher than that of every unit before that had keys, over all processes: units without
   * keys use none up.
   */
  readonly revision: number;
  readonly observed: ObservedWriter;
  /** Sets what was derived from observation, without a revision: a client's `If-Match` stays good. Returns how many changed. */
  setPortStatus(portIds: readonly PortId[], status: Port['status']): Promise<number>;
}

/**
 * Keys of what changed, written in the transaction that changed it: one for each thing and revision. A key stays until it
 * is acknowledged, through any crash.
 */
export interface Outbox {
  /** Keys that nobody has acknowledged, of revisions after `after` (default: all), oldest first. Takes nothing away. */
  takeDirty(after?: number): Promise<readonly DirtyKey[]>;
  /** Call after the keys reached OVN. A change that came after one of them has a key of its own, which stays. */
  acknowledge(keys: readonly DirtyKey[]): Promise<void>;
  /**
   * Keys of all changes after `revision`, acknowledged or not, for those who follow along beside the reconciler. Undefined
   * when that is too long ago: read everything instead.
   */
  changesSince(revision: number): Promise<Changes | undefined>;
}

/** A key, and the revision of the unit of work that made it dirty. */
export interface DirtyKey extends Key {
  readonly revision: number;
}

/** The keys that became dirty after some revision, and the revision up to which these are all. */
export interface Changes {
  readonly keys: readonly DirtyKey[];
  /** Ask for what comes after this one next. */
  readonly revision: number;
}

/** What OVN and the hosts say of a port. */
export interface PortState {
  readonly portId: PortId;
  /** Whether OVN has it up. */
  readonly isUp: boolean;
  /** The chassis OVN bound it to. */
  readonly chassis: string | undefined;
  /** Hosts whose agent has wired it, with the revision of the intent that is installed. Two during a live migration. */
  readonly wirings: readonly Wiring[];
}

/** A host's report that it has wired a port, and the revision of the intent that it wired. */
export interface Wiring {
  readonly host: string;
  readonly revision: number;
}

/** A wiring and its port. */
export interface HostWiring extends Wiring {
  readonly portId: PortId;
}

/** The little that is declared of a port and that its status follows from, with its status and what was observed of it. */
export interface PortStanding extends Pick<Port, 'status' | 'deviceOwner'> {
  readonly portId: PortId;
  /** `binding:host_id`. */
  readonly hostId: string;
  /** Undefined while nothing was observed. */
  readonly state: PortState | undefined;
}

/** An address that a host's DHCPv6 server gave out. */
export interface LeaseRecord {
  readonly portId: PortId;
  readonly address: Address;
  /** In hex (RFC 8415 §11). */
  readonly clientDuid: string;
  readonly identityAssociation: number;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** How many packets of a port its host has dropped for one reason. */
export interface DropCount {
  readonly portId: PortId;
  readonly reason: string;
  readonly packets: number;
}

/** An address on a network: at most one port has it. */
export interface NetworkAddress {
  readonly networkId: NetworkId;
  readonly address: Address;
}

/** An address, and the port that says that it is its own. */
export interface OwnedAddress {
  readonly portId: PortId;
  readonly address: Address;
}

/** An address of a network that the controller has granted to a port, beyond those that are declared (RFC 6620 BCE). */
export interface Binding extends NetworkAddress, OwnedAddress {
  /** How the port came by it: `learned` says that its guest made the address and asked for it. */
  readonly kind: 'learned';
  /** Milliseconds since the Unix epoch. */
  readonly grantedAt: number;
  /** When the port's host last saw it in use, or the port was last plugged. */
  readonly seenAt: number;
}

/** Reads whose the addresses are that are not declared. */
export interface BindingReader {
  /** Of these ports, in the order of port and address. */
  of(portIds: readonly PortId[]): Promise<readonly Binding[]>;
  /** Those of these addresses that are bound, to whichever port. */
  held(addresses: readonly NetworkAddress[]): Promise<readonly Binding[]>;
  /** At most so many of all bindings, in an order of its own, behind a given one. */
  after(last: NetworkAddress | undefined, most: number): Promise<readonly Binding[]>;
}

/** Writes whose the addresses are. Who changes bindings of a port marks what follows from them (`bindingKeys`). */
export interface BindingWriter extends BindingReader {
  /** Throws when an address is bound already: the same unit has to look before. */
  bind(bindings: readonly Binding[]): Promise<void>;
  /** Ends the bindings of these addresses, and answers those that there were. */
  unbind(addresses: readonly NetworkAddress[]): Promise<readonly Binding[]>;
  /** Notes that these were in use at `now`; ones that are not bound are passed over. */
  see(addresses: readonly OwnedAddress[], now: number): Promise<void>;
  /** The same of all bindings of these ports. */
  seeAllOf(portIds: readonly PortId[], now: number): Promise<void>;
}

/** What was observed of ports. Nothing of it is declared, so it carries no revision. */
export interface ObservedReader {
  readonly bindings: BindingReader;
  /** Of these ports, or of all that anything is known of. */
  portStates(portIds?: readonly PortId[]): Promise<readonly PortState[]>;
  /** What the status of these ports follows from, of those that exist. */
  portStandings(portIds: readonly PortId[]): Promise<readonly PortStanding[]>;
  /** Ports that the host has wired. */
  wiredBy(host: string): Promise<readonly PortId[]>;
  leases(portId: PortId): Promise<readonly LeaseRecord[]>;
  drops(portId: PortId): Promise<readonly DropCount[]>;
}

/** Records what was observed. Ports that don't exist (any more) are passed over. */
export interface ObservedWriter extends ObservedReader {
  readonly bindings: BindingWriter;
  setForwarding(states: readonly Omit<PortState, 'wirings'>[]): Promise<void>;
  /**
   * A lower revision than the recorded one of that host is passed over. Returns the ports of which something new was
   * recorded.
   */
  setWired(wirings: readonly HostWiring[]): Promise<readonly PortId[]>;
  /** Forgets that the host has wired these ports, or any when none are named. Returns those it had. */
  clearWired(host: string, portIds?: readonly PortId[]): Promise<readonly PortId[]>;
  /** Leases that have expired by `now` (milliseconds since the epoch) are removed, and all but the 64 of a port that last longest. */
  setLeases(leases: readonly LeaseRecord[], now: number): Promise<void>;
  setDrops(counts: readonly DropCount[]): Promise<void>;
}
