import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { checkpointer } from './checkpointer.ts';
import { queriesOn } from './fixed-connection.ts';
import { logFlusher } from './log-flusher.ts';
import type { Backend, Queries, Session, Words } from './session.ts';

const words: Words = { dialect: 'sqlite', textType: 'text' };

/** Statements are few, as values are bound; only lists of many lengths could make them many. */
const preparedLimit = 500;

/** Another process may hold the write lock for about one flush; the event loop waits, so this must stay short. */
const busyTimeoutMilliseconds = 2_000;

/** Bytes: from here on SQLite's own checkpoints bound the log, should the checkpointer not do its work. */
const overlongLog = 256 * 1_024 * 1_024;

/**
 * Bytes; a database that exists keeps its own. A new port touches a page in each of ten indexes, at random places, and each
 * page goes through the log and into the file: with SQLite's usual 4 KiB twice as much is written.
 */
const pageSize = 2_048;

const parts = {
  createAdapter: () => new ConcurrentSqliteAdapter(),
  createIntrospector: (database: ConstructorParameters<typeof SqliteIntrospector>[0]) =>
    new SqliteIntrospector(database),
  createQueryCompiler: () => new StablePlanCompiler(),
};

/** Opens or creates the file, and its folder. Readers never wait for the writer: the journal is a write-ahead log. */
export function sqliteBackend(path: string, onError: (error: Error) => void): Backend {
  if (path === '' || path.startsWith(':memory:'))
    throw new Error('a store in memory would not be durable: name a file');
  mkdirSync(dirname(path), { recursive: true });
  const open = new Set<Database.Database>();
  const connect = (cacheKibibytes: number) => {
    const database = new Database(path, { timeout: busyTimeoutMilliseconds });
    configure(database, cacheKibibytes);
    open.add(database);
    return database;
  };
  const reader = connect(2_000);
  const log = logFlusher(`${path}-wal`);
  const checkpoints = checkpointer(path, onError);
  const flush = () => {
    checkpoints.noteCommit();
    return log.flush();
  };
  return {
    reader: queriesOn(new SqliteConnection(reader), parts, words),
    isRemote: false,
    async openSession(mode) {
      const database = connect(mode === 'write' ? 4_000 : 1_000);
      return sqliteSession(database, { flush, mayWrite: checkpoints.mayWrite, onClose: () => open.delete(database) });
    },
    classify: (error) =>
      error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY') ? 'rolled-back' : 'fatal',
    async close() {
      await log.close();
      await checkpoints.close();
      for (const database of open) database.close();
    },
  };
}

/**
 * `synchronous=NORMAL` flushes the log before each checkpoint, so the file is always whole; a commit alone is not
 * flushed, as that would stop the event loop for as long as the disk takes. `flush` does it, beside the loop.
 */
function configure(database: Database.Database, cacheKibibytes: number): void {
  // Before the file's first page is written, which journal_mode does.
  database.pragma(`page_size = ${pageSize}`);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  database.pragma(`cache_size = -${cacheKibibytes}`);
  const actualPageSize = database.pragma('page_size', { simple: true }) as number;
  database.pragma(`wal_autocheckpoint = ${Math.round(overlongLog / actualPageSize)}`);
  // What a savepoint would restore is kept in memory: a unit that touches more than 64 KiB would open a file for it.
  database.pragma('temp_store = memory');
}

interface SessionHooks {
  flush(): Promise<void>;
  mayWrite(): Promise<void>;
  onClose(): void;
}

function sqliteSession(database: Database.Database, { flush, mayWrite, onClose }: SessionHooks): Session {
  const connection = new SqliteConnection(database);
  const queries: Queries = queriesOn(connection, parts, words);
  const run = async (text: string) => {
    connection.prepare(text).run();
  };
  return {
    ...queries,
    async begin(mode) {
      if (mode === 'write') await mayWrite();
      await run(mode === 'write' ? 'begin immediate' : 'begin');
    },
    savepoint: () => run('savepoint unit'),
    releaseSavepoint: () => run('release unit'),
    async undoSavepoint() {
      await run('rollback to unit');
      await run('release unit');
    },
    commit: () => run('commit'),
    flush,
    async rollback() {
      if (database.inTransaction) await run('rollback');
    },
    isIntact: () => database.open && database.inTransaction,
    async close() {
      onClose();
      database.close();
    },
  };
}

/** kysely prepares every statement anew; keeping them makes point reads three times as fast. */
class SqliteConnection implements DatabaseConnection {
  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  prepare(text: string): Database.Statement {
    const known = this.#prepared.get(text);
    if (known) return known;
    const statement = this.#database.prepare(text);
    if (this.#prepared.size >= preparedLimit) this.#prepared.clear();
    this.#prepared.set(text, statement);
    return statement;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as R[] };
    const { changes } = statement.run(parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  /** A statement of its own: two streams of the same query may be under way on one connection. */
  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    let rows: R[] = [];
    for (const row of this.#database.prepare(sql).iterate(parameters)) {
      rows.push(row as R);
      if (rows.length < chunkSize) continue;
      yield { rows };
      rows = [];
    }
    if (rows.length > 0) yield { rows };
  }
}

/** Statements run to their end without giving way, so kysely's lock around the one connection would only cost time. */
class ConcurrentSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/**
 * SQLite, as it is built here (ENABLE_STAT4), looks at bound values to choose a plan, and so plans a statement anew each
 * time that it is run: four times the cost of the answer. The unary plus changes no value and hides it from the planner.
 */
class StablePlanCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?';
  }
}
