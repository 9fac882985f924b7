import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Log } from '../../base/index.ts';
import type { StoreHealth } from '../health.ts';
import { newestRevision } from '../outbox.ts';
import { checkpointer } from './checkpointer.ts';
import { type ContentCheckTimes, checkContent } from './content-checks.ts';
import { queriesOn } from './fixed-connection.ts';
import { logFlusher } from './log-flusher.ts';
import { defaultLogLimits, type LogLimits, LongReaders } from './long-readers.ts';
import { sameFile } from './same-file.ts';
import type { Backend, Queries, Session, Words } from './session.ts';
import { SqliteConnection, translated } from './sqlite-connection.ts';
import { type Failures, failuresOf } from './sqlite-errors.ts';

/**
 * One row for each insert: for a statement that writes several, SQLite keeps a journal of its own, and at its end looks for
 * its place in the journal of the whole unit from the front on (memjrnlTruncate), which took most of the time of a unit
 * with thousands of rows.
 */
const words: Words = { dialect: 'sqlite', textType: 'text', rowsPerInsert: 1 };

/** Another process may hold the write lock for about one flush; the event loop waits, so this must stay short. */
const busyTimeoutMilliseconds = 2_000;

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

/** The file, its limits, and where its faults are noted. */
export interface SqliteOptions {
  readonly path: string;
  readonly health: StoreHealth;
  readonly log: Log;
  readonly contentChecks?: ContentCheckTimes | undefined;
  /** Default: see `LogLimits`. */
  readonly logLimits?: Partial<LogLimits>;
  /**
   * Called when nobody can tell any more what of the log is on the disk. The process must end without another answer:
   * the next one reads the log, and then it is known.
   */
  readonly onFatal: (error: Error) => void;
}

/** Opens or creates the file, and its folder. Readers never wait for the writer: the journal is a write-ahead log. */
export function sqliteBackend(options: SqliteOptions): Backend {
  const { path, health, log, contentChecks } = options;
  if (path === '' || path.startsWith(':memory:'))
    throw new Error('a store in memory would not be durable: name a file');
  mkdirSync(dirname(path), { recursive: true });
  const failures = failuresOf(options);
  const limits = { ...defaultLogLimits, ...options.logLimits };
  const open = new Set<Database.Database>();
  const connect = (cacheKibibytes: number) =>
    translated(failures.translate, () => {
      const database = new Database(path, { timeout: busyTimeoutMilliseconds });
      open.add(database);
      configure(database, cacheKibibytes, limits);
      return database;
    });
  const reader = connect(2_000);
  const isSameFile = sameFile(path);
  translated(failures.translate, () => settleLog(reader));
  const flusher = logFlusher(`${path}-wal`);
  const readers = new LongReaders(limits, log);
  const checkpoints = checkpointer(path, {
    longLogBytes: limits.longBytes,
    onError: (error) => health.note('log', `the log can't be moved into ${path}: ${error.message}`),
    onSuccess(logBytes) {
      health.noteSuccess('log');
      readers.onLog(logBytes);
    },
  });
  const content = checkContent({
    ...contentChecks,
    path,
    // The check opens the path anew: what it says may be said of another file, or of none.
    onDamage: (findings) => (isSameFile() ? failures.noteDamage(findings.join('; ')) : failures.replaced()),
    onError(error) {
      if (isSameFile()) log.warn({ error: error.message }, 'store: the content could not be checked');
      else failures.replaced();
    },
  });
  const flush = async () => {
    checkpoints.noteCommit();
    await flusher.flush().catch((error: unknown) => {
      throw failures.unflushed(error);
    });
    if (!isSameFile()) throw failures.replaced();
    health.noteSuccess('disk');
  };
  const queries = queriesOn(new SqliteConnection(reader, failures.translate), parts, words);
  return {
    reader: queries,
    isRemote: false,
    newest: () => newestRevision(queries),
    async openSession(purpose) {
      if (!isSameFile()) throw failures.replaced();
      const database = connect(purpose === 'snapshot' ? 1_000 : 4_000);
      const onClose = () => open.delete(database);
      return sqliteSession(database, { flush, mayWrite: checkpoints.mayWrite, failures, readers, onClose });
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
function configure(database: Database.Database, cacheKibibytes: number, limits: LogLimits): void {
  // Before the file's first page is written, which journal_mode does.
  database.pragma(`page_size = ${pageSize}`);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  database.pragma(`cache_size = -${cacheKibibytes}`);
  const actualPageSize = database.pragma('page_size', { simple: true }) as number;
  database.pragma(`wal_autocheckpoint = ${Math.round(limits.overlongBytes / actualPageSize)}`);
  // A log that had to be longer is cut when it starts over.
  database.pragma(`journal_size_limit = ${limits.longBytes}`);
  // SQLite keeps in memory the pages that a savepoint would restore: a unit that touches more than 64 KiB would open a file for it.
  database.pragma('temp_store = memory');
}

interface SessionHooks {
  flush(): Promise<void>;
  mayWrite(): Promise<void>;
  readonly failures: Failures;
  readonly readers: LongReaders;
  onClose(): void;
}

function sqliteSession(database: Database.Database, hooks: SessionHooks): Session {
  const { flush, mayWrite, failures, readers, onClose } = hooks;
  const connection = new SqliteConnection(database, failures.translate);
  const queries: Queries = queriesOn(connection, parts, words);
  const run = async (text: string) => connection.run(text);
  return {
    ...queries,
    async begin(mode) {
      if (mode === 'write') await mayWrite();
      else readers.enter(connection);
      await run(mode === 'write' ? 'begin immediate' : 'begin');
    },
    savepoint: () => run('savepoint unit'),
    releaseSavepoint: () => run('release unit'),
    async undoSavepoint() {
      await run('rollback to unit');
      await run('release unit');
    },
    commit: async () => connection.run('commit', failures.committed),
    flush,
    async rollback() {
      readers.leave(connection);
      if (database.inTransaction) await run('rollback');
    },
    isIntact: () => database.open && database.inTransaction,
    async close() {
      readers.leave(connection);
      onClose();
      database.close();
    },
  };
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
