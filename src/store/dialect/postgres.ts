import {
  type CompiledQuery,
  type DatabaseConnection,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import pg from 'pg';
import { type ConnectionSource, only, queriesOn } from './fixed-connection.ts';
import type { Backend, Failure, Session, Words } from './session.ts';

const words: Words = { dialect: 'postgres', textType: 'text collate "C"' };

/** Any number that no other program takes in this database: the lock that makes units of work run one at a time. */
const writeLock = 0x5e_87_a2_17;

/** A controller that hangs inside a unit must not stop the others for longer. */
const idleInUnitSeconds = 15;

const poolSize = 8;

/** A connection's statements that stay planned. The rules' are some dozens; filters and orders of lists are any number. */
export const preparedLimit = 500;

/** PostgreSQL's class 40, and its lock timeouts. */
const rolledBack = /^(40...|55P03)$/;

/** Errors of the connection, and PostgreSQL's classes 08 and 57P: connection and shutdown. */
const disconnected = /^(08...|57P..|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/;

const parts = {
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (database: ConstructorParameters<typeof PostgresIntrospector>[0]) =>
    new PostgresIntrospector(database),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};

/** Connects to a PostgreSQL database. `connectionString` is libpq's URL form; `?host=` names a socket's folder. */
export function postgresBackend(connectionString: string, onError: (error: Error) => void): Backend {
  const config: pg.PoolConfig = { connectionString, max: poolSize, types: { getTypeParser } };
  const pool = new pg.Pool(config);
  pool.on('error', onError);
  const open = new Set<Session>();
  return {
    reader: queriesOn(pooled(pool), parts, words),
    async openSession(mode) {
      const client = new pg.Client(config);
      const session = await connectSession(client, mode, onError, () => open.delete(session));
      open.add(session);
      return session;
    },
    classify,
    async close() {
      for (const session of open) await session.close();
      await pool.end();
    },
  };
}

function pooled(pool: pg.Pool): ConnectionSource {
  const connections = new WeakMap<pg.PoolClient, PostgresConnection>();
  const clients = new WeakMap<DatabaseConnection, pg.PoolClient>();
  return {
    async acquire() {
      const client = await pool.connect();
      const connection = connections.get(client) ?? new PostgresConnection(client);
      connections.set(client, connection);
      clients.set(connection, client);
      return connection;
    },
    release(connection) {
      clients.get(connection)?.release();
    },
  };
}

async function connectSession(
  client: pg.Client,
  mode: 'write' | 'snapshot',
  onError: (error: Error) => void,
  onClose: () => void,
): Promise<Session> {
  let isConnected = true;
  client.on('error', onError);
  client.on('end', () => {
    isConnected = false;
  });
  await client.connect();
  await client.query(`set synchronous_commit = on; set idle_in_transaction_session_timeout = '${idleInUnitSeconds}s'`);
  if (mode === 'snapshot') await client.query(`set idle_in_transaction_session_timeout = 0`);
  const run = async (text: string) => {
    await client.query(text);
  };
  return {
    ...queriesOn(only(new PostgresConnection(client)), parts, words),
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
    isIntact: () => isConnected,
    async close() {
      onClose();
      await client.end();
    },
  };
}

/** Names its first statements, so that the server plans each of them once: a name is kept as long as the connection. */
class PostgresConnection implements DatabaseConnection {
  readonly #client: pg.ClientBase;
  readonly #names = new Map<string, string>();
  #cursors = 0;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const name = this.#nameOf(sql);
    const query = { ...(name !== undefined && { name }), text: sql, values: [...parameters] };
    const { rows, rowCount } = await this.#client.query(query);
    return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
  }

  /** By a cursor, which lives as long as the snapshot's transaction. */
  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    this.#cursors += 1;
    const cursor = `pages_${this.#cursors}`;
    await this.#client.query(`declare ${cursor} no scroll cursor for ${sql}`, [...parameters]);
    for (;;) {
      const { rows } = await this.#client.query(`fetch ${chunkSize} from ${cursor}`);
      if (rows.length > 0) yield { rows };
      if (rows.length < chunkSize) break;
    }
    await this.#client.query(`close ${cursor}`);
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= preparedLimit) return known;
    const name = `q${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

/** 64-bit integers as numbers: revisions and times stay far below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8) return Number;
  return pg.types.getTypeParser(oid, format === 'binary' ? 'text' : format);
}

function classify(error: unknown): Failure {
  const code = error instanceof Error ? errorCode(error) : '';
  if (rolledBack.test(code)) return 'rolled-back';
  return disconnected.test(code) ? 'disconnected' : 'fatal';
}

/** pg tells of a lost connection by its message alone. */
function errorCode(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /^Connection terminated|not queryable/.test(error.message) ? '08006' : '';
}
