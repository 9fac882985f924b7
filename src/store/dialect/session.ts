import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { EntityTables, OwnTables } from '../schema.ts';

/** The base of all queries: the same connection, seen as the store's own tables and as those of the entities. */
export interface Queries {
  readonly own: Kysely<OwnTables>;
  readonly entities: Kysely<EntityTables>;
  readonly words: Words;
  /** Runs what was built before, without asking kysely again. */
  run<Row>(compiled: CompiledQuery<Row>): Promise<QueryResult<Row>>;
  /** Reads the rows in parts of at most `size`, none of them empty: kysely's stream hands out one row after the other. */
  parts<Row>(compiled: CompiledQuery<Row>, size: number): AsyncIterable<QueryResult<Row>>;
}

/** The few expressions that SQLite and PostgreSQL spell differently. */
export interface Words {
  readonly dialect: 'sqlite' | 'postgres';
  /** Text whose order is the order of its bytes. */
  readonly textType: string;
  /** Rows of a change that one statement should insert, at most. */
  readonly rowsPerInsert: number;
}

/** One connection, used by one party at a time. */
export interface Session extends Queries {
  /**
   * `write`: waits until no other unit of work runs, in this process or another, and sees all that was committed.
   * `snapshot`: read-only; everything read later is of the moment of the first read.
   */
  begin(mode: 'write' | 'snapshot'): Promise<void>;
  savepoint(): Promise<void>;
  /** Ends the innermost savepoint and keeps its changes. */
  releaseSavepoint(): Promise<void>;
  /** Ends the innermost savepoint and takes its changes back. */
  undoSavepoint(): Promise<void>;
  /** Makes the changes visible. */
  commit(): Promise<void>;
  /** Resolves when everything that was committed before the call is on stable storage. Calls may overlap. */
  flush(): Promise<void>;
  rollback(): Promise<void>;
  /** False after the database gave up the transaction by itself, or the connection broke. */
  isIntact(): boolean;
  close(): Promise<void>;
}

/**
 * - `rolled-back`: nothing of the transaction remains, and it may succeed when it is tried again;
 * - `disconnected`: the same, unless it was committing: then nobody knows;
 * - `fatal`: trying again would fail again.
 */
export type Failure = 'rolled-back' | 'disconnected' | 'fatal';

/** The work that a session is opened for. A change of the schema may take minutes; statements of other work are bounded. */
export type Purpose = 'write' | 'snapshot' | 'schema';

/** A database of one kind. */
export interface Backend {
  /** Reads the newest revision, to see whether others have committed. Throws a `StoreUnavailable` when it can't be read. */
  newest(): Promise<number>;
  /** For single reads outside of any transaction. */
  readonly reader: Queries;
  /** True where the answer to a commit can get lost: a connection lies in between. */
  readonly isRemote: boolean;
  openSession(purpose: Purpose): Promise<Session>;
  classify(error: unknown): Failure;
  close(): Promise<void>;
}
