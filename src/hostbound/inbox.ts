/** Messages of one agent that wait, and characters in them. Beyond either, the agent has to wait instead. */
const mostWaiting = 64;
const mostCharacters = 1_048_576;

/** How an agent's messages are worked off, and how the agent is told to wait. */
export interface InboxOptions {
  /** Awaited before each message: what all agents say at once is worked off in turns. */
  readonly turn: () => Promise<void>;
  readonly workOff: (message: string) => Promise<void>;
  /** A message could not be worked off. */
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
  #characters = 0;
  #isFull = false;
  #isClosed = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** While it is full, a silent agent is one that was told to wait. */
  get isFull(): boolean {
    return this.#isFull;
  }

  add(message: string): void {
    this.#waiting += 1;
    this.#characters += message.length;
    if (!this.#isFull && (this.#waiting >= mostWaiting || this.#characters >= mostCharacters)) {
      this.#isFull = true;
      this.#options.onFull();
    }
    this.#work = this.#work.then(() => this.#run(message));
  }

  /** Drops what waits. Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
  }

  async #run(message: string): Promise<void> {
    const { turn, workOff, onFailure } = this.#options;
    await turn();
    try {
      if (!this.#isClosed) await workOff(message);
    } catch (error) {
      onFailure(error);
    }
    this.#waiting -= 1;
    this.#characters -= message.length;
    if (this.#isClosed || !this.#isFull) return;
    if (this.#waiting > mostWaiting / 2 || this.#characters > mostCharacters / 2) return;
    this.#isFull = false;
    this.#options.onRoom();
  }
}
