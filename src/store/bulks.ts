import {
  errorFields,
  type Log,
  type Milliseconds,
  milliseconds,
  newUuid,
  ok,
  oneTurn,
  type Result,
  takeTurns,
} from '../base/index.ts';
import { StoreBusy } from './busy.ts';
import type { Backend, Queries } from './dialect/session.ts';
import { type BulkId, BulkLost, forget, forgettableBulks, openBulks, takeBack } from './staged.ts';
import type { BulkOptions, UnitOfWork } from './types.ts';
import { StoreUnavailable } from './unavailable.ts';
import type { BulkUnit } from './unit-of-work.ts';
import type { Writer } from './writer.ts';

/** Shorter lists are one unit, whatever time that takes. */
const shortList = 16;

/** Rows that are taken back, or notes that are removed, in one unit: about 10 ms of work. */
const rowsTakenBack = 50;
const notesForgotten = 500;

type Insert<Item, T, E> = (unit: UnitOfWork, item: Item) => Promise<Result<T, E>>;

/** A bulk under way. */
interface Bulk {
  readonly id: BulkId;
  /** Units that were written of it. */
  parts: number;
}

/**
 * Writes long lists, all or nothing, without keeping others waiting for longer than one part takes. The parts are units
 * like any other, so rules see what they have written; readers see nothing of it until the last one, which publishes
 * all. Where a process ends in between, the next one that looks takes its parts back.
 */
export class Bulks {
  readonly #writer: Writer;
  readonly #reader: Queries;
  readonly #log: Log;
  readonly #partBudget: Milliseconds;
  readonly #lostAfter: Milliseconds;
  readonly #patience: Milliseconds;
  /** Those of this process. */
  readonly #own = new Set<BulkId>();
  /** How many parts the open bulks had at the last look. */
  #seen: ReadonlyMap<BulkId, number> = new Map();
  /**
   * The end of the newest part, and why it failed where the database was away. One part at a time: others would wait for all
   * that are in the queue before them.
   */
  #turn: Promise<StoreUnavailable | undefined> = Promise.resolve(undefined);
  #tidying: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(
    writer: Writer,
    { reader }: Backend,
    log: Log,
    options: BulkOptions & { readonly patience: Milliseconds },
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#log = log;
    this.#partBudget = options.partBudget ?? milliseconds(5);
    this.#patience = options.patience;
    this.#lostAfter = options.lostAfter ?? milliseconds(10_000);
    this.#lookAfter(milliseconds(0));
  }

  async writeAll<Item, T, E>(items: readonly Item[], insert: Insert<Item, T, E>): Promise<Result<readonly T[], E>> {
    const work = { items, insert, budget: this.#partBudget };
    if (items.length <= shortList)
      return (await this.#writer.write((unit) => writeItems(unit, 0, { ...work, budget: endless }))) as Written<T, E>;
    const bulk: Bulk = { id: newUuid(), parts: 0 };
    this.#own.add(bulk.id);
    try {
      const written = await this.#writeParts(bulk, work);
      if (!written.ok && bulk.parts > 0) await this.#takeBack(bulk.id);
      return written;
    } catch (error) {
      // Whether its last unit was committed is not known. If it can't be taken back now, somebody will find it.
      if (error instanceof StoreUnavailable) this.#tidy(() => this.#takeBack(bulk.id));
      else await this.#takeBack(bulk.id).catch(() => {});
      throw error instanceof BulkLost ? new StoreBusy(error.message) : error;
    } finally {
      this.#own.delete(bulk.id);
    }
  }

  /** Waits for the removal of what is in the way of nobody. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#tidying;
  }

  /** All in one unit, which nobody need know to be a bulk, if it fits into the time of one part. */
  async #writeParts<Item, T, E>(bulk: Bulk, work: BulkWork<Item, T, E>): Promise<Written<T, E>> {
    const made: T[] = [];
    for (;;) {
      const part = await this.#inTurn(async (unit) => {
        const some = await writeItems(unit, made.length, work);
        const isWhole = some.ok && some.value.length === work.items.length;
        if (some.ok && !isWhole) await unit.stage(bulk.id, bulk.parts);
        return some;
      });
      if (!part.ok) return part;
      made.push(...part.value);
      if (part.value.length === work.items.length) return ok(made);
      bulk.parts += 1;
      if (made.length === work.items.length) break;
    }
    await this.#inTurn(async (unit) => ok(await unit.publish(bulk.id, bulk.parts)));
    this.#tidy(() => this.#forget(bulk.id));
    return ok(made);
  }

  /** The writer waits for a database that is away: a part that has waited as long for one that did so fails with it. */
  async #inTurn<T, E>(work: (unit: BulkUnit, queries: Queries) => Promise<Result<T, E>>): Promise<Result<T, E>> {
    const overdue = performance.now() + this.#patience;
    const written = this.#turn.then((failure) => {
      if (failure && performance.now() >= overdue) throw failure;
      return this.#writer.write(work);
    });
    this.#turn = written.then(
      () => undefined,
      (error) => (error instanceof StoreUnavailable ? error : undefined),
    );
    return (await written) as Result<T, E>;
  }

  async #takeBack(id: BulkId): Promise<void> {
    const some = () => this.#inTurn(async (_unit, queries) => ok(await takeBack(queries, id, rowsTakenBack)));
    await untilDone(some);
    this.#tidy(() => this.#forget(id));
  }

  async #forget(id: BulkId): Promise<void> {
    await untilDone(() => this.#inTurn(async (_unit, queries) => ok(await forget(queries, id, notesForgotten))));
  }

  #tidy(work: () => Promise<void>): void {
    this.#tidying = this.#tidying.then(work).catch((error: unknown) => {
      // Of a database that is away, the store's health tells.
      if (!(error instanceof StoreUnavailable)) this.#log.warn(errorFields(error), 'store: tidy up after bulks');
    });
  }

  #lookAfter(pause: Milliseconds): void {
    if (this.#isStopped) return;
    const look = () => {
      this.#tidy(() => this.#look());
      this.#tidy(async () => this.#lookAfter(this.#lostAfter));
    };
    this.#timer = setTimeout(look, pause).unref();
  }

  /** Takes back the bulks of the dead: those that have not moved since the last look. No two hosts' clocks are compared. */
  async #look(): Promise<void> {
    const open = await openBulks(this.#reader);
    for (const { id, parts } of open) {
      if (this.#own.has(id) || this.#seen.get(id) !== parts) continue;
      this.#log.warn({ bulk: id, parts }, 'store: taking back a bulk that nobody goes on with');
      await this.#takeBack(id);
    }
    for (const id of await forgettableBulks(this.#reader)) await this.#forget(id);
    this.#seen = new Map(open.map(({ id, parts }) => [id, parts]));
  }
}

type Written<T, E> = Result<readonly T[], E>;

interface BulkWork<Item, T, E> {
  readonly items: readonly Item[];
  readonly insert: Insert<Item, T, E>;
  readonly budget: Milliseconds;
}

const endless = milliseconds(Number.POSITIVE_INFINITY);

/** Writes items from a place on until the time is used up, at least one. */
async function writeItems<Item, T, E>(
  unit: UnitOfWork,
  start: number,
  { items, insert, budget }: BulkWork<Item, T, E>,
): Promise<Written<T, E>> {
  const made: T[] = [];
  const since = performance.now();
  // SQLite answers at once: without turns, many items would keep reads waiting.
  const turn = takeTurns(oneTurn);
  for (const item of start === 0 ? items : items.slice(start)) {
    if (made.length > 0 && performance.now() - since >= budget) break;
    await turn();
    const one = await insert(unit, item);
    if (!one.ok) return one;
    made.push(one.value);
  }
  return ok(made);
}

async function untilDone(some: () => Promise<Result<boolean, unknown>>): Promise<void> {
  for (;;) {
    const hasMore = await some();
    if (!hasMore.ok || !hasMore.value) return;
  }
}
