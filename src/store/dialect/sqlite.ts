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
import type { Log } from '../../base/index.ts';
import type { StoreHealth } from '../health.ts';
import { StoreUnavailable } from '../unavailable.ts';
import { checkpointer } from './checkpointer.ts';
import { type ContentCheckTimes, checkContent } from './content-checks.ts';
import { queriesOn } from './fixed-connection.ts';
import { logFlusher } from './log-flusher.ts';
import type { Backend, Queries, Session, Words } from './session.ts';
import { faultOf, mayHaveCommitted } from './sqlite-errors.ts';

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

export interface SqliteOptions {
  readonly path: string;
  readonly health: StoreHealth;
  readonly log: Log;
  readonly contentChecks?: ContentCheckTimes | undefined;
  /**
   * Called when nobody can tell any more what of the log is on the disk. The process must end without another answer:
   * the next one reads the log, and then it is known.
   */
  readonly onFatal: (error: Error) => void;
}

/** Opens or creates the file, and its folder. Readers never wait for the writer: the journal is a write-ahead log. */
export function sqliteBackend({ path, health, log, onFatal, contentChecks }: SqliteOptions): Backend {
  if (path === '' || path.startsWith(':memory:'))
    throw new Error('a store in memory would not be durable: name a file');
  mkdirSync(dirname(path), { recursive: true });
  const open = new Set<Database.Database>();
  const noteDamage = (found: string) =>
    health.note('content', `${path} is damaged (${found}): stop the controller and restore a backup`);
  const translate = (error: unknown) => {
    const fault = faultOf(error);
    if (!fault) return error;
    if (fault.kind === 'content') noteDamage((error as Error).message);
    else health.note(fault.kind, fault.error.message);
    return fault.error;
  };
  const connect = (cacheKibibytes: number) => {
    const database = new Database(path, { timeout: busyTimeoutMilliseconds });
    open.add(database);
    configure(database, cacheKibibytes);
    return database;
  };
  const reader = translated(translate, () => connect(2_000));
  translated(translate, () => settleLog(reader));
  const flusher = logFlusher(`${path}-wal`);
  const checkpoints = checkpointer(path, {
    onError: (error) => health.note('log', `the log can't be moved into ${path}: ${error.message}`),
    onSuccess: () => health.clear('log'),
  });
  const content = checkContent({
    ...contentChecks,
    path,
    onDamage: (findings) => noteDamage(findings.join('; ')),
    onError: (error) => log.warn({ err: error }, 'store: the content could not be checked'),
  });
  const endFor = (what: string, error: unknown) => {
    const fatal = new StoreUnavailable(error, { isOutcomeUnknown: true, told: what });
    health.note('disk', fatal.message);
    onFatal(fatal);
    return fatal;
  };
  const flush = async () => {
    checkpoints.noteCommit();
    try {
      await flusher.flush();
    } catch (error) {
      throw endFor('what was committed may not be on the disk', error);
    }
    health.clear('disk');
  };
  const committed = (error: unknown) =>
    mayHaveCommitted(error) ? endFor('a commit failed half-way', error) : translate(error);
  return {
    reader: queriesOn(new SqliteConnection(reader, translate), parts, words),
    isRemote: false,
    async openSession(mode) {
      const database = translated(translate, () => connect(mode === 'write' ? 4_000 : 1_000));
      const onClose = () => open.delete(database);
      return sqliteSession(database, { flush, mayWrite: checkpoints.mayWrite, translate, committed, onClose });
    },
    classify: (error) =>
      error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY') ? 'rolled-back' : 'fatal',
    async close() {
      await content.close();
      await flusher.close();
      await checkpoints.close();
      for (const database of open) database.close();
    },
  };
}

function translated<T>(translate: (error: unknown) => unknown, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translate(error);
  }
}

/**
 * Moves what an earlier process left in the log into the file, and flushes that. After a failed flush the kernel may show
 * pages of the log that are not on the disk, and does not write them again: what was read of them must not be answered
 * before it is somewhere else. Where other processes still read, as much is moved as can be.
 */
function settleLog(database: Database.Database): void {
  database.pragma('busy_timeout = 0');
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.pragma(`busy_timeout = ${busyTimeoutMilliseconds}`);
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
  /** Makes the store's error of SQLite's. */
  translate(error: unknown): unknown;
  /** The same, for a commit that failed. */
  committed(error: unknown): unknown;
  onClose(): void;
}

function sqliteSession(database: Database.Database, hooks: SessionHooks): Session {
  const { flush, mayWrite, translate, committed, onClose } = hooks;
  const connection = new SqliteConnection(database, translate);
  const queries: Queries = queriesOn(connection, parts, words);
  const run = async (text: string) => connection.run(text);
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
    commit: async () => connection.run('commit', committed),
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
  readonly #translate: (error: unknown) => unknown;
  readonly #prepared = new Map<string, Database.Statement>();

  constructor(database: Database.Database, translate: (error: unknown) => unknown) {
    this.#database = database;
    this.#translate = translate;
  }

  run(text: string, translate = this.#translate): void {
    translated(translate, () => this.prepare(text).run());
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
    return translated(this.#translate, () => {
      const statement = this.prepare(sql);
      if (statement.reader) return { rows: statement.all(parameters) as R[] };
      const { changes } = statement.run(parameters);
      return { rows: [], numAffectedRows: BigInt(changes) };
    });
  }

  /** A statement of its own: two streams of the same query may be under way on one connection. */
  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    let rows: R[] = [];
    try {
      for (const row of this.#database.prepare(sql).iterate(parameters)) {
        rows.push(row as R);
        if (rows.length < chunkSize) continue;
        yield { rows };
        rows = [];
      }
      if (rows.length > 0) yield { rows };
    } catch (error) {
      throw this.#translate(error);
    }
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
