import {
  type Clock,
  err,
  errorFields,
  exponentialBackoff,
  type Log,
  type Milliseconds,
  milliseconds,
  type Result,
  type Timer,
} from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { type DeferredKey, type DirtyKey, DirtySet } from './dirty-set.ts';
import { keyText } from './key.ts';
import type { Source } from './source.ts';
import type { ApplyFailure, Target } from './target.ts';

/** One batch that got through. */
export interface Convergence {
  readonly keys: readonly DirtyKey[];
  /** Those of the keys that were not marked again meanwhile: what they stood for has arrived. */
  readonly settled: readonly Key[];
  readonly operations: number;
  readonly at: Milliseconds;
}

/** The two sides that the engine keeps in line, and its pace. */
export interface EngineOptions<World, Operation> {
  readonly source: Source<World>;
  readonly target: Target<World, Operation>;
  readonly clock: Clock;
  readonly log: Log;
  /** Most keys in one transaction. Default 2,000: large enough for a rebuild in a few, small enough for northd. */
  readonly batchSize?: number;
  /** How many keys' room a key takes that has others looked at with it. Default 1. */
  readonly weightOf?: (key: Key) => number;
  /** Pause between full scans. Default 10 minutes. */
  readonly scanInterval?: Milliseconds;
  readonly firstRetry?: Milliseconds;
  readonly retryCeiling?: Milliseconds;
  /**
   * How long to let further keys gather after a batch of so many. A target whose readers work through everything for
   * each transaction is better served by few large ones. Default: not at all.
   */
  readonly gatherTime?: (keys: number) => Milliseconds;
  /** Runs after each batch that got through, before the next is taken. */
  readonly onConverged?: (convergence: Convergence) => void;
  /** Runs for each key that the target refuses, each time. */
  readonly onRefused?: (failure: DeferredKey) => void;
}

/** Where the engine stands, for health, metrics and the operator. */
export interface EngineProgress {
  readonly target: string;
  readonly ready: boolean;
  /** Keys that wait for their turn or are being worked on. */
  readonly dirty: number;
  readonly oldestDirty: Milliseconds | undefined;
  readonly failing: readonly DeferredKey[];
  readonly scans: number;
  readonly lastScanAt: Milliseconds | undefined;
  readonly transactions: number;
  readonly operations: number;
}

type Attempt = { readonly kind: 'done' } | ApplyFailure;

/**
 * Pauses before a batch that met a conflict, or a source that can't be read, is tried again. A source that is back is read
 * within a second.
 */
const pauses = { first: milliseconds(100), ceiling: milliseconds(1_000) };

/** See `EngineOptions`. */
const defaultBatchSize = 2_000;

/** Refused keys that one batch tries again: each may cost a transaction of its own, for which other keys wait. */
const retriedAtOnce = 16;

/**
 * Runs one target. Batches never overlap, so what is written last was read last: within a process a lower revision
 * can't overwrite a higher one.
 */
export class Engine<World, Operation> {
  readonly #options: EngineOptions<World, Operation>;
  readonly #dirty: DirtySet;
  readonly #idleWaiters = new Set<() => void>();
  readonly #backoff = exponentialBackoff(pauses);
  #running: Promise<void> | undefined;
  #stopped = true;
  #scanDue = false;
  #scanTimer: Timer | undefined;
  #pauseTimer: Timer | undefined;
  /** While keys gather for the next batch. */
  #gatherTimer: Timer | undefined;
  /** Keys of the batch that is being worked on. */
  #underWay = 0;
  /** Why the last batch did not get through; logged when it changes, not with every try. */
  #obstacle: string | undefined;
  #scans = 0;
  #lastScanAt: Milliseconds | undefined;
  #transactions = 0;
  #operations = 0;

  constructor(options: EngineOptions<World, Operation>) {
    this.#options = options;
    const { clock, firstRetry, retryCeiling } = options;
    this.#dirty = new DirtySet({
      clock,
      onDue: () => this.wake(),
      ...(firstRetry === undefined ? {} : { firstRetry }),
      ...(retryCeiling === undefined ? {} : { retryCeiling }),
    });
  }

  /** Starts, with a full scan as soon as the target is ready. */
  start(): void {
    this.#stopped = false;
    this.requestScan();
  }

  /** Takes no further batch and waits for the one in flight. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#scanTimer?.cancel();
    this.#pauseTimer?.cancel();
    this.#pauseTimer = undefined;
    this.#endGathering();
    this.#dirty.stop();
    await this.#running;
  }

  /** Marks keys that changed and reconciles them at once, or as soon as the target is ready; those of a scan come after them. */
  mark(keys: Iterable<Key>): void {
    for (const key of keys) this.#dirty.mark(key);
    this.wake();
  }

  /** Compares everything on both sides, as soon as the target is ready: there is nothing to gather, it takes all there is. */
  requestScan(): void {
    this.#scanDue = true;
    this.#endGathering();
    this.wake();
  }

  /** Looks whether there is something to do. Call it when the target has become ready. */
  wake(): void {
    if (this.#stopped || this.#running) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#hasWork()) this.wake();
      else this.#announceIdle();
    });
  }

  /** Resolves once nothing is dirty, no scan is due and no batch is in flight. Refused keys don't count. */
  async idle(): Promise<void> {
    if (!this.#running && this.#dirty.size === 0 && !this.#scanDue) return;
    await new Promise<void>((resolve) => this.#idleWaiters.add(resolve));
  }

  progress(): EngineProgress {
    return {
      target: this.#options.target.name,
      ready: this.#options.target.ready(),
      dirty: this.#dirty.size + this.#underWay,
      oldestDirty: this.#dirty.oldest,
      failing: this.#dirty.failures,
      scans: this.#scans,
      lastScanAt: this.#lastScanAt,
      transactions: this.#transactions,
      operations: this.#operations,
    };
  }

  #hasWork(): boolean {
    if (this.#stopped || this.#pauseTimer || this.#gatherTimer || !this.#options.target.ready()) return false;
    return this.#scanDue || this.#dirty.size > 0;
  }

  async #run(): Promise<void> {
    const { batchSize = defaultBatchSize, weightOf } = this.#options;
    while (this.#hasWork()) {
      if (this.#scanDue) await this.#scan();
      const batch = this.#dirty.take(batchSize, weightOf);
      this.#underWay = batch.length;
      const [fresh, refusedBefore] = partition(batch, ({ key }) => !this.#dirty.wasRefused(key));
      if (fresh.length > 0) await this.#converge(fresh);
      if (refusedBefore.length > 0) await this.#retry(refusedBefore);
      this.#underWay = 0;
      if (!this.#isFull(batch)) this.#gather(batch.length);
    }
  }

  #isFull(batch: readonly DirtyKey[]): boolean {
    const { batchSize = defaultBatchSize, weightOf = () => 1 } = this.#options;
    return batch.reduce((sum, { key }) => sum + weightOf(key), 0) >= batchSize;
  }

  /** Marks everything that exists on either side; what should not exist shows when its key is loaded. */
  async #scan(): Promise<void> {
    const { source, target, clock, scanInterval = milliseconds(600_000) } = this.#options;
    this.#scanDue = false;
    try {
      const wanted = await source.listKeys();
      for (const key of target.listKeys()) this.#dirty.markScanned(key);
      for (const key of wanted) this.#dirty.markScanned(key);
    } catch (error) {
      this.#meet(`full scan: reading the source: ${String(error)}`, error);
      this.#scanDue = true;
      this.#pause();
      return;
    }
    this.#obstacle = undefined;
    this.#scans += 1;
    this.#lastScanAt = clock.now();
    this.#scanTimer?.cancel();
    this.#scanTimer = clock.after(scanInterval, () => this.requestScan());
  }

  async #converge(batch: readonly DirtyKey[]): Promise<void> {
    return this.#conclude(batch, await this.#attempt(batch));
  }

  async #conclude(batch: readonly DirtyKey[], attempt: Attempt): Promise<void> {
    switch (attempt.kind) {
      case 'done':
        this.#backoff.reset();
        this.#obstacle = undefined;
        for (const { key } of batch) this.#succeed(key);
        return;
      case 'unavailable':
      case 'conflict':
        this.#meet(`${attempt.kind}: ${attempt.message}`);
        for (const dirty of batch) this.#dirty.restore(dirty);
        this.#pause();
        return;
      case 'rejected':
        return this.#isolate(batch, attempt.message);
    }
  }

  #meet(obstacle: string, err?: unknown): void {
    if (this.#obstacle === obstacle) return;
    this.#obstacle = obstacle;
    const { log, target } = this.#options;
    log.warn(
      { target: target.name, ...(err !== undefined && errorFields(err)), reason: obstacle },
      'reconcile: to be tried again',
    );
  }

  /**
   * Tries some of them at once, in case that the cause is gone; then each on its own, as most will be refused again. The
   * others get their turn after the keys that came meanwhile.
   */
  async #retry(batch: readonly DirtyKey[]): Promise<void> {
    const some = batch.slice(0, retriedAtOnce);
    for (const dirty of batch.slice(retriedAtOnce)) this.#dirty.restore(dirty);
    const attempt = await this.#attempt(some);
    if (attempt.kind !== 'rejected' || some.length === 1) return this.#conclude(some, attempt);
    for (const one of some) await this.#converge([one]);
  }

  /**
   * Halves a refused batch until each refused key stands alone: one among n costs 2 log2(n) transactions, and the others
   * get through meanwhile.
   */
  async #isolate(batch: readonly DirtyKey[], message: string): Promise<void> {
    const [only] = batch;
    if (batch.length === 1 && only) {
      this.#refuse(only, message);
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await this.#converge(batch.slice(0, middle));
    await this.#converge(batch.slice(middle));
  }

  /** Logs the first refusal of a key only; `progress` shows the later ones. */
  #refuse(refused: DirtyKey, message: string): void {
    const failure = this.#dirty.defer(refused, message);
    if (failure.attempts === 1)
      this.#options.log.error({ key: keyText(refused.key), reason: message }, 'reconcile: refused, to be tried again');
    this.#options.onRefused?.(failure);
  }

  #succeed(key: Key): void {
    if (!this.#dirty.succeed(key)) return;
    this.#options.log.info({ key: keyText(key) }, 'reconcile: got through, after it had been refused');
  }

  async #attempt(batch: readonly DirtyKey[]): Promise<Attempt> {
    const { source, target, clock, onConverged } = this.#options;
    const keys = batch.map(({ key }) => key);
    let world: World;
    try {
      world = await source.load(keys);
    } catch (error) {
      return { kind: 'unavailable', message: `reading the source: ${String(error)}` };
    }
    if (!target.ready()) return { kind: 'unavailable', message: 'the target went away' };
    const planned = await this.#plan(world, keys);
    if (planned.kind === 'rejected') return planned;
    if (planned.operations.length > 0) {
      const applied = await this.#apply(planned.operations);
      if (!applied.ok) return applied.error;
      this.#transactions += 1;
      this.#operations += planned.operations.length;
    }
    const settled = keys.filter((key) => !this.#dirty.has(key));
    onConverged?.({ keys: batch, settled, operations: planned.operations.length, at: clock.now() });
    return { kind: 'done' };
  }

  /** A translator that throws has met a key that it can't express: that key is refused, the others go on. */
  async #plan(world: World, keys: readonly Key[]) {
    try {
      return { kind: 'planned', operations: await this.#options.target.plan(world, keys) } as const;
    } catch (error) {
      return { kind: 'rejected', message: `planning: ${String(error)}` } as const;
    }
  }

  /** A target that throws has met an operation that it can't even say: refused, like one that the other side won't have. */
  async #apply(operations: readonly Operation[]): Promise<Result<void, ApplyFailure>> {
    try {
      return await this.#options.target.apply(operations);
    } catch (error) {
      return err({ kind: 'rejected', message: `applying: ${String(error)}` });
    }
  }

  /** Keys that are left over from a full batch don't wait: they have gathered already. */
  #gather(keys: number): void {
    const { clock, gatherTime } = this.#options;
    const time = gatherTime?.(keys) ?? 0;
    // A scan that came while the batch was under way takes them all.
    if (time === 0 || this.#pauseTimer || this.#scanDue) return;
    this.#gatherTimer = clock.after(milliseconds(time), () => {
      this.#gatherTimer = undefined;
      this.wake();
    });
  }

  #endGathering(): void {
    this.#gatherTimer?.cancel();
    this.#gatherTimer = undefined;
  }

  #pause(time: Milliseconds = this.#backoff.next()): void {
    this.#pauseTimer?.cancel();
    this.#pauseTimer = this.#options.clock.after(time, () => {
      this.#pauseTimer = undefined;
      this.wake();
    });
  }

  #announceIdle(): void {
    if (this.#dirty.size > 0 || this.#scanDue) return;
    for (const resolve of this.#idleWaiters) resolve();
    this.#idleWaiters.clear();
  }
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}
