import {
  type CompiledQuery,
  type DatabaseConnection,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import pg from 'pg';
import { StoreBusy } from '../busy.ts';
import { StoreUnavailable } from '../unavailable.ts';
import { queriesOn } from './fixed-connection.ts';
import { getTypeParser, PostgresConnection } from './postgres-connection.ts';
import { classifyPostgresError } from './postgres-errors.ts';
import type { Backend, Session, Words } from './session.ts';

const words: Words = { dialect: 'postgres', textType: 'text collate "C"', rowsPerInsert: 100 };

/** Any number that no other program takes in this database: the lock that makes units of work run one at a time. */
const writeLock = 0x5e_87_a2_17;

/** A controller that hangs inside a unit must not stop the others for longer. */
const idleInUnitSeconds = 15;

/** Time for a server to accept a connection, and for a query to get one of the pool's. */
const connectMilliseconds = 5_000;

/** Time for an answer: a machine that lost its power says nothing, and TCP would wait for a quarter of an hour. */
const answerMilliseconds = 30_000;

/** A read is asked again for so long, as long as connections can be had. */
const askAgainMilliseconds = 1_000;

/** Time for a server to close a connection that was ended. */
const goodbyeMilliseconds = 500;

const parts = {
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (database: ConstructorParameters<typeof PostgresIntrospector>[0]) =>
    new PostgresIntrospector(database),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};

export interface PostgresOptions {
  /** libpq's URL form; `?host=` names a socket's folder. */
  readonly connectionString: string;
  /** Connections for single reads. Those of sessions come on top. */
  readonly readers: number;
  /** Hears of each connection that was lost. */
  readonly onError: (error: Error) => void;
}

/** Connects to a PostgreSQL database. A lost connection ends the calls that it served, with a `StoreUnavailable`. */
export function postgresBackend({ connectionString, readers, onError }: PostgresOptions): Backend {
  const config: pg.ClientConfig = {
    connectionString,
    types: { getTypeParser },
    keepAlive: true,
    connectionTimeoutMillis: connectMilliseconds,
    query_timeout: answerMilliseconds,
  };
  const pool = new pg.Pool({ ...config, max: readers });
  // The pool listens to idle connections alone. An error that nobody listens to would end the process.
  pool.on('connect', (client) => client.on('error', onError));
  pool.on('error', () => {});
  const open = new Set<Session>();
  return {
    reader: queriesOn(new PooledConnection(pool), parts, words),
    isRemote: true,
    async openSession(mode) {
      const client = new pg.Client(config);
      client.on('error', onError);
      const session = await startSession(client, mode, () => open.delete(session));
      open.add(session);
      return session;
    },
    classify: classifyPostgresError,
    async close() {
      for (const session of open) await session.close();
      await pool.end();
    },
  };
}

/** Any connection of the pool, for each query anew. */
class PooledConnection implements DatabaseConnection {
  readonly #pool: pg.Pool;
  readonly #connections = new WeakMap<pg.PoolClient, PostgresConnection>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Asks again when the connection is lost: the server may have ended that one alone, or those that lay idle. */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const end = performance.now() + askAgainMilliseconds;
    for (;;) {
      const client = await this.#checkOut();
      const connection = this.#connectionOf(client);
      try {
        return await connection.executeQuery<R>(query);
      } catch (error) {
        if (!connection.isLost || performance.now() > end) throw error;
      } finally {
        client.release(connection.isLost);
      }
    }
  }

  streamQuery(): never {
    throw new Error('pages are of one moment: read them on a snapshot');
  }

  async #checkOut(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      const isFull = error instanceof Error && error.message.startsWith('timeout exceeded');
      throw isFull ? new StoreBusy('all connections to the database are in use') : new StoreUnavailable(error);
    }
  }

  #connectionOf(client: pg.PoolClient): PostgresConnection {
    const connection = this.#connections.get(client) ?? new PostgresConnection(client);
    this.#connections.set(client, connection);
    return connection;
  }
}

async function startSession(client: pg.Client, mode: 'write' | 'snapshot', onClose: () => void): Promise<Session> {
  const connection = new PostgresConnection(client);
  const run = async (text: string) => {
    await connection.ask({ text });
  };
  try {
    await connect(client);
    const idleSeconds = mode === 'write' ? idleInUnitSeconds : 0;
    await run(`set synchronous_commit = on; set idle_in_transaction_session_timeout = '${idleSeconds}s'`);
  } catch (error) {
    await endClient(client);
    throw error;
  }
  return {
    ...queriesOn(connection, parts, words),
    /** Every statement of a unit sees what was committed before it; the lock comes first, so nothing moves in between. */
    begin: (next) =>
      run(
        next === 'write'
          ? `begin isolation level read committed; select pg_advisory_xact_lock(${writeLock})`
          : 'begin isolation level repeatable read, read only',
      ),
    savepoint: () => run('savepoint unit'),
    releaseSavepoint: () => run('release unit'),
    undoSavepoint: () => run('rollback to unit; release unit'),
    commit: () => run('commit'),
    /** `synchronous_commit = on`: a commit is answered when it is on the server's disk. */
    flush: async () => {},
    rollback: () => run('rollback'),
    isIntact: () => !connection.isLost,
    async close() {
      onClose();
      await endClient(client);
    },
  };
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    throw new StoreUnavailable(error);
  }
}

/** Says goodbye, and does not wait for long: a server that is gone answers no more. */
async function endClient(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), goodbyeMilliseconds);
  await client.end();
  clearTimeout(timer);
}
