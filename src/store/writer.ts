import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { exponentialBackoff, milliseconds, type Result } from '../base/index.ts';
import type { Backend, Queries, Session } from './dialect/session.ts';
import { newestRevision, setNewestRevision } from './outbox.ts';
import type { UnitOfWork } from './types.ts';
import { startUnit } from './unit-of-work.ts';

/** More units than this in one transaction would make the first wait too long for its answer. */
const unitsPerCommit = 32;

/** Fewer units than this wait for the flush of the group before them. */
const worthwhileUnits = 16;

/** From so many units on, a group is that of a crowd, whose members come back together. */
const smallestCrowd = 4;

/** Pauses of a millisecond that a group waits for the rest of its crowd. */
const gatheringPauses = 2;

/** Tries of one group when the database is busy or away, about 6 s in all. */
const triesPerGroup = 8;

/** The queries are those of the unit's own connection, for what is no part of the declared world. */
type Work = (unit: UnitOfWork, queries: Queries) => Promise<Result<unknown, unknown>>;

interface Waiting {
  readonly work: Work;
  resolve(result: Result<unknown, unknown>): void;
  reject(error: unknown): void;
}

/** What becomes of a unit as soon as its group is durable. */
type Settle = () => void;

/** Committed, and visible, but not yet answered. */
interface Group {
  readonly settles: readonly Settle[];
  /** The newest; 0 when there were no keys. */
  readonly revision: number;
  readonly durable: Promise<void>;
}

/** The transaction was lost as a whole, with every unit in it. */
class GroupLost extends Error {}

/** The commit itself failed: with a lost connection, nobody knows whether the units are there. */
class CommitFailed extends Error {}

/**
 * Runs units of work one after another, many in one transaction, each in a savepoint of its own, so that one flush to
 * disk serves all that were waiting. A unit is answered when its group is durable, never before: also a refusal may
 * rest on what an earlier unit did.
 */
export class Writer {
  readonly #backend: Backend;
  readonly #onCommit: (revision: number) => void;
  #session: Session | undefined;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  /** Units of the newest group. */
  #groupSize = 0;
  #answered: Promise<void> = Promise.resolve();

  constructor(backend: Backend, session: Session, onCommit: (revision: number) => void) {
    this.#backend = backend;
    this.#session = session;
    this.#onCommit = onCommit;
  }

  write(work: Work): Promise<Result<unknown, unknown>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing runs or waits. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
    await this.#answered;
    await this.#session?.close();
  }

  /** Starts in the next turn of the event loop: requests that arrived together join the same group. */
  async #run(): Promise<void> {
    await nextTurn();
    while (this.#waiting.length > 0) {
      // While the disk works for the group before, a small one would cost more than it gains: others may join it.
      if (this.#waiting.length < worthwhileUnits) await this.#answered;
      await this.#gather();
      const units = this.#waiting.splice(0, unitsPerCommit);
      this.#groupSize = units.length;
      await this.#serve(units);
    }
    this.#running = undefined;
  }

  /**
   * Clients that were answered together ask again together, give or take the time that their answers need. A group of the
   * first of them alone would cost a flush, for which all others would wait.
   */
  async #gather(): Promise<void> {
    if (this.#groupSize < smallestCrowd) return;
    const most = 0.8 * this.#groupSize;
    for (let pause = 0; pause < gatheringPauses && this.#waiting.length < most; pause += 1) await delay(1);
  }

  /** The next group may run while the disk still takes this one: its flush, and its answers, come after these. */
  async #serve(units: readonly Waiting[]): Promise<void> {
    try {
      const group = await this.#commitWithRetries(units);
      this.#answered = this.#answer(units, group);
    } catch (error) {
      for (const { reject } of units) reject(error);
    }
  }

  async #answer(units: readonly Waiting[], { settles, revision, durable }: Group): Promise<void> {
    try {
      await durable;
      for (const settle of settles) settle();
      if (revision > 0) this.#onCommit(revision);
    } catch (error) {
      for (const { reject } of units) reject(error);
    }
  }

  async #commitWithRetries(units: readonly Waiting[]): Promise<Group> {
    const backoff = exponentialBackoff({ first: milliseconds(50), ceiling: milliseconds(2_000) });
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#commit(units);
      } catch (error) {
        await this.#abandon();
        if (!this.#mayRetry(error) || tries >= triesPerGroup) throw error;
        await delay(backoff.next());
      }
    }
  }

  async #commit(units: readonly Waiting[]): Promise<Group> {
    this.#session ??= await this.#backend.openSession('write');
    const session = this.#session;
    await session.begin('write');
    const before = await newestRevision(session);
    let revision = before;
    const settles: Settle[] = [];
    for (const waiting of units) {
      const { settle, hasKeys } = await runUnit(session, waiting, revision + 1);
      if (hasKeys) revision += 1;
      settles.push(settle);
    }
    if (revision > before) await setNewestRevision(session, before, revision);
    await commit(session);
    return { settles, revision: revision > before ? revision : 0, durable: session.flush() };
  }

  #mayRetry(error: unknown): boolean {
    if (error instanceof GroupLost) return true;
    if (error instanceof CommitFailed) return this.#backend.classify(error.cause) === 'rolled-back';
    return this.#backend.classify(error) !== 'fatal';
  }

  /** After a failure nothing is known of the connection: the next group gets a new one. */
  async #abandon(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    try {
      await session?.close();
    } catch {
      // It was broken already, which is why it is closed.
    }
  }
}

async function runUnit(
  session: Session,
  { work, resolve, reject }: Waiting,
  revision: number,
): Promise<{ readonly settle: Settle; readonly hasKeys: boolean }> {
  await session.savepoint();
  const running = startUnit(session, revision);
  try {
    const result = await work(running.unit, session);
    const hasKeys = result.ok && (await running.finish());
    await (result.ok ? session.releaseSavepoint() : session.undoSavepoint());
    return { settle: () => resolve(result), hasKeys };
  } catch (error) {
    if (!session.isIntact()) throw new GroupLost('the database gave up the transaction', { cause: error });
    await session.undoSavepoint();
    return { settle: () => reject(error), hasKeys: false };
  } finally {
    running.end();
  }
}

async function commit(session: Session): Promise<void> {
  try {
    await session.commit();
  } catch (error) {
    throw new CommitFailed('commit units of work', { cause: error });
  }
}
