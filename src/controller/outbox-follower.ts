import { type Clock, errorFields, type Log, milliseconds, partsOf, type Timer, takeTurns } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { type Convergence, keyText } from '../reconcile/index.ts';
import { type DirtyKey, type Store, StoreUnavailable } from '../store/index.ts';

/** The store whose outbox is followed, and who gets its keys. */
export interface OutboxFollowerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Keys that changed, the oldest first. */
  readonly onKeys: (keys: readonly Key[]) => void;
}

/** Acknowledgements are written together: a key that a crash leaves unacknowledged is merely looked at once more. */
const acknowledgePause = milliseconds(1_000);

/** Keys that are handed out without a turn for requests: about a millisecond of work. */
const keysPerTurn = 250;

/** Pause before the store is read again after it could not be: a database that is back is seen soon. */
const retryPause = milliseconds(250);

/** Hands the outbox's keys to an engine as they are committed, and acknowledges them once it has got them through. */
export class OutboxFollower {
  readonly #options: OutboxFollowerOptions;
  /** Keys that were handed out and have not arrived yet, by text, with the newest revision of each. */
  readonly #pending = new Map<string, DirtyKey>();
  #done: DirtyKey[] = [];
  #revision = 0;
  #isBehind = false;
  #reading: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;
  #timer: Timer | undefined;

  constructor(options: OutboxFollowerOptions) {
    this.#options = options;
  }

  /**
   * Keys that have not reached their target, or whose acknowledgement is not written yet; one more while the outbox is
   * being read, as there are keys then that are not known. Zero: all that this process committed has arrived.
   */
  get depth(): number {
    return this.#pending.size + this.#done.length + (this.#reading ? 1 : 0);
  }

  /** Reads what an earlier process left, then what is committed from here on. */
  start(): void {
    this.#stopListening = this.#options.store.onCommit(() => this.#read());
    this.#read();
  }

  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#timer?.cancel();
    await this.#reading;
    await this.#acknowledge();
  }

  /** Notes the keys that got through. A key that was committed again meanwhile is not among them, and stays. */
  onConverged({ settled }: Convergence): void {
    for (const key of settled) {
      const pending = this.#pending.get(keyText(key));
      if (!pending) continue;
      this.#pending.delete(keyText(key));
      this.#done.push(pending);
    }
    if (this.#done.length > 0) this.#acknowledgeLater();
  }

  #acknowledgeLater(): void {
    this.#timer ??= this.#options.clock.after(acknowledgePause, () => void this.#acknowledge());
  }

  #read(): void {
    if (!this.#stopListening) return;
    this.#isBehind = true;
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
      if (this.#isBehind) this.#read();
    });
  }

  async #readAll(): Promise<void> {
    const { store, clock } = this.#options;
    this.#isBehind = false;
    try {
      const turn = takeTurns();
      for (const keys of partsOf(await store.outbox.takeDirty(this.#revision), keysPerTurn)) {
        await turn();
        this.#handOut(keys);
      }
    } catch (error) {
      this.#complain(error, 'outbox: reading failed, to be tried again');
      clock.after(retryPause, () => this.#read());
    }
  }

  #handOut(keys: readonly DirtyKey[]): void {
    for (const key of keys) {
      this.#revision = Math.max(this.#revision, key.revision);
      const superseded = this.#pending.get(keyText(key));
      if (superseded) this.#done.push(superseded);
      this.#pending.set(keyText(key), key);
    }
    if (this.#done.length > 0) this.#acknowledgeLater();
    this.#options.onKeys(keys);
  }

  async #acknowledge(): Promise<void> {
    this.#timer = undefined;
    const keys = this.#done;
    this.#done = [];
    try {
      await this.#options.store.outbox.acknowledge(keys);
    } catch (error) {
      this.#complain(error, 'outbox: acknowledging failed, to be tried again');
      this.#done.unshift(...keys);
      if (this.#stopListening) this.#acknowledgeLater();
    }
  }

  /** Logs the error, unless the database is away: the store itself logs that, once. */
  #complain(error: unknown, message: string): void {
    if (!(error instanceof StoreUnavailable)) this.#options.log.error(errorFields(error), message);
  }
}
