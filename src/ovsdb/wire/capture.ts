/** Collects one stretch of bytes that may run over several chunks, copying only when it does. */
export class Capture {
  #pieces: Buffer[] = [];
  /** Where the stretch begins in the current chunk; -1: it doesn't go on there. */
  #from = -1;

  get active(): boolean {
    return this.#from >= 0;
  }

  /** Begins at this byte, or goes on after a `hold`. */
  begin(at: number): void {
    this.#from = at;
  }

  /** Leaves out what follows, until the next `begin`. */
  hold(chunk: Buffer, end: number): void {
    this.#pieces.push(chunk.subarray(this.#from, end));
    this.#from = -1;
  }

  /** The chunk is used up: goes on at the start of the next. */
  suspend(chunk: Buffer): void {
    if (this.#from < 0) return;
    this.hold(chunk, chunk.length);
    this.#from = 0;
  }

  /** Ends before `end`: the text of the whole stretch. */
  take(chunk: Buffer, end: number): string {
    const from = this.#from;
    this.#from = -1;
    if (this.#pieces.length === 0) return chunk.toString('utf8', from, end);
    const whole = Buffer.concat([...this.#pieces, chunk.subarray(from, end)]);
    this.#pieces = [];
    return whole.toString('utf8');
  }
}
