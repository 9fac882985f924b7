import {
  type Log,
  type Milliseconds,
  milliseconds,
  OperationalError,
  ok,
  partsOf,
  type Result,
  silentLog,
  type Uuid,
  waitFor,
} from '../base/index.ts';
import type { Query, Stored, Table } from '../kit/index.ts';
import { Bulks } from './bulks.ts';
import { type ConnectionShares, shareConnections, unsharedConnections } from './connections.ts';
import { databaseForms, isDatabaseUrl, isPostgresUrl, withoutPassword } from './database-url.ts';
import { postgresBackend } from './dialect/postgres.ts';
import type { Backend, Queries, Session } from './dialect/session.ts';
import { sqliteBackend } from './dialect/sqlite.ts';
import { StoreHealth } from './health.ts';
import { migrate } from './migrations/migrate.ts';
import { observedReaderOn } from './observed.ts';
import { changesAfter, dirtyKeys, removeKeys } from './outbox.ts';
import { readerOn } from './read.ts';
import { Snapshots } from './snapshots.ts';
import type { CollectionReader, Outbox, Store, StoreOptions, UnitOfWork } from './types.ts';
import { StoreUnavailable } from './unavailable.ts';
import { watchCommits } from './watch.ts';
import { probeWhileFailing } from './write-probe.ts';
import { Writer } from './writer.ts';

/** About a millisecond of work. */
const keysPerUnit = 100;

/** Opens the database, brings its schema up to date and returns the store. Throws when the database can't be used. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { database, log = silentLog, pollInterval = milliseconds(500), patience = milliseconds(5_000) } = options;
  const shares = sharesOf(options);
  const health = new StoreHealth(log);
  const backend = openBackend(options, { shares, health, log });
  try {
    const steps = await bringUpToDate(backend, patience);
    if (steps.length > 0) log.info({ steps }, 'store: schema brought up to date');
    const id = await identityOf(backend.reader);
    const commits = watchCommits({ newest: backend.newest, from: await backend.newest(), interval: pollInterval, log });
    const session = await backend.openSession('write');
    const writer = new Writer({ backend, session, patience, onCommit: commits.announce });
    const places = { used: shares.snapshots, lent: options.maxCollectionsRead ?? shares.collections };
    const bulks = new Bulks(writer, backend, log, { patience, ...options.bulks });
    const snapshots = new Snapshots({ backend, places, patience });
    return storeOn({ id, health, backend, writer, bulks, snapshots, commits });
  } catch (error) {
    await backend.close();
    throw openError(database, health, error);
  }
}

function openError(database: string, health: StoreHealth, cause: unknown): Error {
  const wayOut = health.has('content') ? ', which has to be restored from a backup' : '';
  return new Error(`open store ${withoutPassword(database)}${wayOut}`, { cause });
}

/** What the backends need besides their options. */
interface Surroundings {
  readonly shares: ConnectionShares;
  readonly health: StoreHealth;
  readonly log: Log;
}

function openBackend(options: StoreOptions, surroundings: Surroundings): Backend {
  try {
    return backendOf(options, surroundings);
  } catch (error) {
    throw openError(options.database, surroundings.health, error);
  }
}

async function identityOf({ own }: Queries): Promise<Uuid> {
  const { id } = await own.selectFrom('store_identity').select('id').executeTakeFirstOrThrow();
  return id as Uuid;
}

async function bringUpToDate(backend: Backend, patience: Milliseconds): Promise<readonly string[]> {
  const session = await firstSession(backend, patience);
  try {
    return await migrate(session);
  } finally {
    await session.close();
  }
}

/** A server that is away may just be starting, as this process is. One that refuses the user would do so again. */
async function firstSession(backend: Backend, patience: Milliseconds): Promise<Session> {
  const open = () => backend.openSession('schema');
  if (!backend.isRemote) return open();
  const outcome = await waitFor('the database', () => open().catch(refusalOf), {
    within: patience,
    every: milliseconds(200),
  });
  if (outcome instanceof StoreUnavailable) throw outcome;
  return outcome;
}

function refusalOf(error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable && error.isRefusal) return error;
  throw error;
}

function sharesOf({ database, connections = 24 }: StoreOptions): ConnectionShares {
  return isPostgresUrl(database) ? shareConnections(connections) : unsharedConnections;
}

function backendOf(
  { database, onFatal = () => {}, contentChecks }: StoreOptions,
  { shares, health, log }: Surroundings,
): Backend {
  if (!isDatabaseUrl(database)) throw new OperationalError(`it is not ${databaseForms}`);
  if (database.startsWith('sqlite:'))
    return sqliteBackend({ path: database.slice('sqlite:'.length), health, log, onFatal, contentChecks });
  return postgresBackend({ connectionString: database, readers: shares.readers, health, log });
}

interface Parts {
  readonly id: Uuid;
  readonly health: StoreHealth;
  readonly backend: Backend;
  readonly writer: Writer;
  readonly bulks: Bulks;
  readonly snapshots: Snapshots;
  readonly commits: ReturnType<typeof watchCommits>;
}

function storeOn(parts: Parts): Store {
  const { id, health, backend, writer, bulks, snapshots, commits } = parts;
  const probe = probeWhileFailing({ health, write: () => writer.write(writeNothing) });
  return {
    id,
    faults: () => health.reasons,
    reader: readerOf(parts),
    outbox: outboxOf(parts),
    async write<T, E>(work: (unit: UnitOfWork) => Promise<Result<T, E>>) {
      return (await writer.write(work)) as Result<T, E>;
    },
    writeAll: (items, insert) => bulks.writeAll(items, insert),
    snapshot: (read) => snapshots.use((snapshot) => read(snapshot)),
    onCommit: commits.listen,
    async close() {
      probe.stop();
      commits.stop();
      await bulks.stop();
      await writer.drain();
      await snapshots.close();
      await backend.close();
    },
  };
}

/** Writes the id anew: a page of the log, and a flush. */
async function writeNothing(_unit: UnitOfWork, { own }: Queries): Promise<Result<void, never>> {
  await own
    .updateTable('store_identity')
    .set(({ ref }) => ({ id: ref('id') }))
    .execute();
  return ok(undefined);
}

function readerOf({ backend, snapshots }: Parts): CollectionReader {
  /** Lends a snapshot for as long as the consumer keeps asking for pages. */
  async function* pagesOfOneMoment<E extends Stored>(table: Table<E>, query: Query, size?: number) {
    const lent = await snapshots.lend();
    try {
      yield* lent.snapshot.pages(table, query, size);
    } finally {
      await lent.giveBack();
    }
  }
  return {
    ...readerOn(backend.reader, 'published'),
    observed: observedReaderOn(backend.reader),
    pages: pagesOfOneMoment,
  };
}

function outboxOf({ backend, writer, snapshots }: Parts): Outbox {
  return {
    takeDirty: (after = 0) => dirtyKeys(backend.reader, after),
    /** In several units, so that requests need not wait for a long list. */
    async acknowledge(keys) {
      for (const some of partsOf(keys, keysPerUnit))
        await writer.write(async (_unit, queries) => ok(await removeKeys(queries, some)));
    },
    changesSince: (revision) => snapshots.use((_snapshot, queries) => changesAfter(queries, revision)),
  };
}
