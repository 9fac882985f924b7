import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import pg from 'pg';
import type { Log } from '../../base/index.ts';
import type { StoreHealth } from '../health.ts';
import { queriesOn } from './fixed-connection.ts';
import { getTypeParser, PostgresConnection } from './postgres-connection.ts';
import { classifyPostgresError, type PostgresFailures, postgresFailures } from './postgres-errors.ts';
import { goodbyeMilliseconds, PostgresPool } from './postgres-pool.ts';
import { Pulse } from './postgres-pulse.ts';
import type { Backend, Purpose, Session, Words } from './session.ts';

const words: Words = { dialect: 'postgres', textType: 'text collate "C"', rowsPerInsert: 100 };

/** Any number that no other program takes in this database: the lock that makes units of work run one at a time. */
const writeLock = 0x5e_87_a2_17;

/** A controller that hangs inside a unit must not stop the others for longer. */
const idleInUnitSeconds = 15;

/** Time for a server to accept a connection, and for a query to get one of the pool's. */
const connectMilliseconds = 5_000;

/**
 * Time for the answer to one statement: a machine that lost its power says nothing, and TCP would wait for a quarter of an
 * hour. Long lists and long units of work are many statements.
 */
const answerMilliseconds = 10_000;

/** The same for statements that cost no work: where they get no answer, a new connection may. */
const promptMilliseconds = 3_000;

/** Time for the lock of the units of work. Answered by the server, so that one who waits for it is not taken for lost. */
const lockMilliseconds = 5_000;

/** Time for a change of the schema: an index on millions of rows. */
const schemaMilliseconds = 600_000;

interface Limits {
  readonly connect: number;
  readonly answer: number;
  /** For the lock of the units of work; 0: as long as for other answers. */
  readonly lock: number;
  /** For how long the server keeps a transaction in which nothing is asked, in seconds; 0: for ever. */
  readonly idleSeconds: number;
}

/** In milliseconds, by the purpose of a session. */
const limits: Readonly<Record<Purpose | 'pulse', Limits>> = {
  write: {
    connect: connectMilliseconds,
    answer: answerMilliseconds,
    lock: lockMilliseconds,
    idleSeconds: idleInUnitSeconds,
  },
  snapshot: { connect: connectMilliseconds, answer: answerMilliseconds, lock: 0, idleSeconds: 0 },
  schema: { connect: connectMilliseconds, answer: schemaMilliseconds, lock: 0, idleSeconds: idleInUnitSeconds },
  pulse: { connect: promptMilliseconds, answer: promptMilliseconds, lock: 0, idleSeconds: 0 },
};

const parts = {
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (database: ConstructorParameters<typeof PostgresIntrospector>[0]) =>
    new PostgresIntrospector(database),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};

/** The server to connect to, and how many connections to take. */
export interface PostgresOptions {
  /** libpq's URL form; `?host=` names a socket's folder. */
  readonly connectionString: string;
  /** Connections for single reads. Those of sessions, and one for the pulse, come on top. */
  readonly readers: number;
  readonly health: StoreHealth;
  readonly log: Log;
}

/** Connects to a PostgreSQL database. A lost connection ends the calls that it served, with a `StoreUnavailable`. */
export function postgresBackend({ connectionString, readers, health, log }: PostgresOptions): Backend {
  const failures = postgresFailures(health);
  const onLoss = () => pulse.noteLoss();
  const configOf = ({ connect, answer }: Limits): pg.ClientConfig => ({
    connectionString,
    types: { getTypeParser },
    keepAlive: true,
    connectionTimeoutMillis: connect,
    query_timeout: answer,
  });
  const open = new Set<Session>();
  const openSession = async (purpose: Purpose | 'pulse') => {
    const client = new pg.Client(configOf(limits[purpose]));
    client.on('error', onLoss);
    const onClose = () => open.delete(session);
    const session = await startSession(client, { failures, health, limits: limits[purpose], onClose });
    open.add(session);
    return session;
  };
  const pulse = new Pulse({ open: () => openSession('pulse'), failures, health, log });
  const config = configOf(limits.snapshot);
  const pool = new PostgresPool({ config, size: readers, answerMilliseconds, failures, onLoss });
  return {
    newest: () => pulse.newest(),
    reader: queriesOn(pool, parts, words),
    isRemote: true,
    openSession,
    classify: classifyPostgresError,
    async close() {
      for (const session of open) await session.close();
      await pool.close();
    },
  };
}

interface SessionHooks {
  readonly failures: PostgresFailures;
  readonly health: StoreHealth;
  readonly limits: Limits;
  readonly onClose: () => void;
}

async function startSession(client: pg.Client, hooks: SessionHooks): Promise<Session> {
  const { failures, health, limits, onClose } = hooks;
  const connection = new PostgresConnection(client, failures);
  const run = async (text: string, limit?: number) => {
    await connection.ask({ text }, limit);
  };
  try {
    await connect(client, failures);
    await run(settings(limits));
  } catch (error) {
    await endClient(client);
    throw error;
  }
  return {
    ...queriesOn(connection, parts, words),
    /** Every statement of a unit sees what was committed before it; the lock comes first, so nothing moves in between. */
    begin: (next) =>
      next === 'write'
        ? run(`begin isolation level read committed; select pg_advisory_xact_lock(${writeLock})`)
        : run('begin isolation level repeatable read, read only', promptMilliseconds),
    savepoint: () => run('savepoint unit'),
    releaseSavepoint: () => run('release unit'),
    undoSavepoint: () => run('rollback to unit; release unit'),
    async commit() {
      await run('commit');
      health.noteSuccess('disk');
    },
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

function settings({ lock, idleSeconds }: Limits): string {
  return (
    `set synchronous_commit = on; set lock_timeout = ${lock}; ` +
    `set idle_in_transaction_session_timeout = '${idleSeconds}s'`
  );
}

async function connect(client: pg.Client, failures: PostgresFailures): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    throw failures.connected(error);
  }
}

/** Says goodbye, and does not wait for long: a server that is gone answers no more. */
async function endClient(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), goodbyeMilliseconds);
  await client.end();
  clearTimeout(timer);
}
