import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { exponentialBackoff, type Milliseconds, milliseconds, newUuid, type Result } from '../base/index.ts';
import { StoreBusy } from './busy.ts';
import { type CommitMark, isMarked, leaveMark } from './commit-mark.ts';
import type { Backend, Queries, Session } from './dialect/session.ts';
import { newestRevision, setNewestRevision } from './outbox.ts';
import { StoreUnavailable } from './unavailable.ts';
import { type BulkUnit, startUnit } from './unit-of-work.ts';

/** More units than this in one transaction would make the first wait too long for its answer. */
const unitsPerCommit = 32;

/** Fewer units than this wait for the flush of the group before them. */
const worthwhileUnits = 16;

/** From so many units on, a group is that of a crowd, whose members come back together. */
const smallestCrowd = 4;

/** Pauses of a millisecond that a group waits for the rest of its crowd. */
const gatheringPauses = 2;

/** Also a group that waited for longer than it should is tried so often: the connection may have broken while it lay idle. */
const fewestTries = 3;

/** Milliseconds. A connection that is broken says so at once: a try that took longer is not made again for nothing. */
const slowTry = 1_000;

/** Pauses between the tries: when the database is back, what waited for it goes on at once. */
const pauses = { first: milliseconds(20), ceiling: milliseconds(250) };

/** The queries are those of the unit's own connection, for what is no part of the declared world. */
type Work = (unit: BulkUnit, queries: Queries) => Promise<Result<unknown, unknown>>;

interface Waiting {
  readonly work: Work;
  /** By the monotonic clock, in milliseconds. */
  readonly since: number;
  resolve(result: Result<unknown, unknown>): void;
  reject(error: unknown): void;
}

/** What becomes of a unit as soon as its group is durable. */
type Settle = () => void;

/** A group that has run. */
interface Outcome {
  readonly settles: readonly Settle[];
  /** The newest; 0 when there were no keys. */
  readonly revision: number;
}

/** Committed, and visible, but not yet answered. */
interface Group extends Outcome {
  readonly durable: Promise<void>;
}

/** What the tries of one group tell each other. */
interface Tries {
  /** A commit that was not answered: it may have been made. */
  unanswered?: { readonly mark: CommitMark; readonly outcome: Outcome } | undefined;
}

/** The transaction was lost as a whole, with every unit in it. */
class GroupLost extends Error {}

/** The session that units of work run on, one after the other, and how long they wait. */
export interface WriterOptions {
  readonly backend: Backend;
  readonly session: Session;
  /** How long a unit waits for a database that is away or busy. */
  readonly patience: Milliseconds;
  /** Hears of the newest revision when it is durable. */
  readonly onCommit: (revision: number) => void;
}

/**
 * Runs units of work one after another, many in one transaction, each in a savepoint of its own, so that one flush to
 * disk serves all that were waiting. A unit is answered when its group is durable, never before: also a refusal may
 * rest on what an earlier unit did.
 */
export class Writer {
  readonly #options: WriterOptions;
  readonly #id = newUuid();
  #marks = 0;
  #session: Session | undefined;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  /** Units of the newest group. */
  #groupSize = 0;
  #answered: Promise<void> = Promise.resolve();

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#session = options.session;
  }

  write(work: Work): Promise<Result<unknown, unknown>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, since: performance.now(), resolve, reject });
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
      if (revision > 0) this.#options.onCommit(revision);
    } catch (error) {
      for (const { reject } of units) reject(error);
    }
  }

  async #commitWithRetries(units: readonly Waiting[]): Promise<Group> {
    const end = (units[0]?.since ?? 0) + this.#options.patience;
    const backoff = exponentialBackoff(pauses);
    const tries: Tries = {};
    for (let count = 1; ; count += 1) {
      const start = performance.now();
      const { unanswered } = tries;
      try {
        return await this.#commit(units, tries);
      } catch (error) {
        this.#abandon();
        if (!this.#mayRetry(error)) throw causeOf(error);
        // What became of a commit is asked at least once.
        const isHopeless = performance.now() - start > slowTry && tries.unanswered === unanswered;
        if (performance.now() >= end && (count >= fewestTries || isHopeless)) throw this.#giveUp(error, tries);
        await delay(backoff.next());
      }
    }
  }

  async #commit(units: readonly Waiting[], tries: Tries): Promise<Group> {
    const { backend } = this.#options;
    this.#session ??= await backend.openSession('write');
    const session = this.#session;
    await session.begin('write');
    if (tries.unanswered && (await isMarked(session, tries.unanswered.mark))) {
      await session.rollback();
      return { ...tries.unanswered.outcome, durable: Promise.resolve() };
    }
    tries.unanswered = undefined;
    const outcome = await runUnits(session, units);
    if (backend.isRemote) {
      this.#marks += 1;
      const mark = { writer: this.#id, number: this.#marks };
      await leaveMark(session, mark);
      tries.unanswered = { mark, outcome };
    }
    await session.commit();
    return { ...outcome, durable: session.flush() };
  }

  #mayRetry(error: unknown): boolean {
    if (this.#options.backend.classify(causeOf(error)) !== 'fatal') return true;
    return error instanceof GroupLost && !(error.cause instanceof StoreUnavailable);
  }

  /** Others that have waited as long need not be tried: their turn would come too late. */
  #giveUp(error: unknown, { unanswered }: Tries): unknown {
    const { backend, patience } = this.#options;
    const cause = causeOf(error);
    const failure = backend.classify(cause);
    if (failure === 'rolled-back') return new StoreBusy('other processes keep the database busy', { cause });
    if (failure === 'fatal') return cause;
    const since = performance.now() - patience;
    const [overdue, others] = partition(this.#waiting, (waiting) => waiting.since <= since);
    this.#waiting = others;
    for (const { reject } of overdue) reject(cause);
    return unanswered ? new StoreUnavailable(cause, { isOutcomeUnknown: true }) : cause;
  }

  /** After a failure nothing is known of the connection: the next group gets a new one, and need not wait for its end. */
  #abandon(): void {
    void this.#session?.close().catch(() => {});
    this.#session = undefined;
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof GroupLost ? error.cause : error;
}

/** Runs all units of a group in the transaction that is under way. */
async function runUnits(session: Session, units: readonly Waiting[]): Promise<Outcome> {
  const before = await newestRevision(session);
  let revision = before;
  const settles: Settle[] = [];
  for (const waiting of units) {
    const { settle, hasKeys } = await runUnit(session, waiting, revision + 1);
    if (hasKeys) revision += 1;
    settles.push(settle);
  }
  if (revision > before) await setNewestRevision(session, before, revision);
  return { settles, revision: revision > before ? revision : 0 };
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

function partition<T>(all: readonly T[], test: (one: T) => boolean): readonly [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}
