/** Messages of one agent that wait. Each is small; beyond, the agent has to wait instead. */
const mostWaiting = 64;

export interface InboxOptions {
  /** Awaited before each task: what all agents say at once is worked off in turns. */
  readonly turn: () => Promise<void>;
  /** A task has thrown. */
  readonly onFailure: (error: unknown) => void;
  /** Nothing more should come until `onRoom`. */
  readonly onFull: () => void;
  readonly onRoom: () => void;
}

/** Works off what an agent says, one thing after another, and lets only so much wait. */
export class Inbox {
  readonly #options: InboxOptions;
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isFull = false;
  #isClosed = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** While it is full, a silent agent is one that was told to wait. */
  get isFull(): boolean {
    return this.#isFull;
  }

  add(task: () => Promise<void>): void {
    this.#waiting += 1;
    if (!this.#isFull && this.#waiting >= mostWaiting) {
      this.#isFull = true;
      this.#options.onFull();
    }
    this.#work = this.#work.then(() => this.#run(task));
  }

  /** Drops what waits. Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
  }

  async #run(task: () => Promise<void>): Promise<void> {
    await this.#options.turn();
    try {
      if (!this.#isClosed) await task();
    } catch (error) {
      this.#options.onFailure(error);
    }
    this.#waiting -= 1;
    if (this.#isClosed || !this.#isFull || this.#waiting > mostWaiting / 2) return;
    this.#isFull = false;
    this.#options.onRoom();
  }
}
