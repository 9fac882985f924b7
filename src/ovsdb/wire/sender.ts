import type { Writable } from 'node:stream';
import { giveWay, type Milliseconds, milliseconds } from '../../base/index.ts';

/** A JSON-RPC 1.0 message (RFC 7047 §4). Only `params` may be large. */
export type OutgoingMessage = Readonly<Record<string, unknown>> & { readonly params?: readonly unknown[] };

/** Encoding messages may take this much of one turn of the event loop. */
const turnBudget: Milliseconds = milliseconds(1);

/** Characters in one write. */
const writeSize = 65_536;

/**
 * Writes messages one after another. A small one is written at once; a large transaction is written over several turns
 * of the event loop, and what is sent meanwhile comes after it.
 */
export class Sender {
  readonly #stream: Writable;
  readonly #waiting: Iterator<string, void>[] = [];
  #isScheduled = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  send(message: OutgoingMessage): void {
    this.#waiting.push(partsOf(message));
    if (!this.#isScheduled) this.#write();
  }

  #write(): void {
    const start = performance.now();
    let text = '';
    let [message] = this.#waiting;
    while (message && !this.#stream.destroyed) {
      const part = message.next();
      if (part.done) {
        this.#waiting.shift();
        [message] = this.#waiting;
        continue;
      }
      text += part.value;
      const used = milliseconds(performance.now() - start);
      const isTurnOver = used > turnBudget;
      if (!isTurnOver && text.length < writeSize) continue;
      this.#stream.write(text);
      text = '';
      if (isTurnOver) {
        void this.#goOnAfter(used);
        return;
      }
    }
    if (text !== '' && !this.#stream.destroyed) this.#stream.write(text);
  }

  async #goOnAfter(used: Milliseconds): Promise<void> {
    this.#isScheduled = true;
    await giveWay(used);
    this.#isScheduled = false;
    this.#write();
  }
}

function* partsOf({ params, ...rest }: OutgoingMessage): Generator<string, void> {
  if (!params) return yield JSON.stringify(rest);
  yield `${JSON.stringify(rest).slice(0, -1)},"params":[`;
  for (const [index, param] of params.entries())
    yield index === 0 ? JSON.stringify(param) : `,${JSON.stringify(param)}`;
  yield ']}';
}
