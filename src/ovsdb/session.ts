import type { Socket } from 'node:net';
import {
  type Clock,
  err,
  giveWay,
  type Milliseconds,
  milliseconds,
  ok,
  type Result,
  type Timer,
} from '../base/index.ts';
import { type OvsdbError, type TransportError, transportError } from './errors.ts';
import { errorOf } from './wire/operation-codec.ts';
import { Sender } from './wire/sender.ts';
import { FramingError, Splitter, type SplitterOptions } from './wire/splitter.ts';
import { ValueError } from './wire/value-codec.ts';

/** When a silent peer counts as dead, and who gets what the server sends unasked. */
export interface SessionOptions {
  readonly clock: Clock;
  /** Silence after which the server is asked for an echo, and again until it counts as dead; read anew each time. 0: never. */
  readonly probeInterval: () => Milliseconds;
  readonly rowsFor: SplitterOptions['rowsFor'];
  /** Takes each notification but echo. May throw ValueError for one that makes no sense: the session ends. */
  readonly onNotification: (method: string, params: readonly unknown[]) => void;
  /** Called once. Requests under way have been answered by then. */
  readonly onClose: (error: OvsdbError) => void;
}

/** JSON-RPC 1.0 over one stream (RFC 7047 §4): matches replies with requests, answers echoes, sends its own. */
export interface Session {
  /** The reply's `result`, or its error. */
  request(method: string, params: readonly unknown[], options?: RequestOptions): Promise<Result<unknown, OvsdbError>>;
  close(reason: OvsdbError): void;
}

/** How long to wait for the reply, and who sees its result before anything that follows it. */
export interface RequestOptions {
  /** Longest wait for the reply. Default: as long as the session lives. */
  readonly within?: Milliseconds;
  /**
   * Sees the result at once, before anything that follows it in the stream; the promise resolves only later. May throw
   * ValueError for one that makes no sense: the request answers `protocol-violation`, and the session ends.
   */
  readonly onResult?: (result: unknown) => void;
}

type Answer = (result: Result<unknown, OvsdbError>) => void;

/** Parsing rows may take this much of one turn of the event loop. */
const turnBudget: Milliseconds = milliseconds(1);

/** Speaks JSON-RPC over a connected stream until either side ends it. */
export function openSession(socket: Socket, options: SessionOptions): Session {
  return new StreamSession(socket, options);
}

class StreamSession implements Session {
  readonly #socket: Socket;
  readonly #options: SessionOptions;
  readonly #splitter: Splitter;
  readonly #sender: Sender;
  readonly #pending = new Map<number, Answer>();
  #nextId = 1;
  #closed: OvsdbError | undefined;
  #turnStart: number | undefined;
  #heard = true;
  #probe: Timer | undefined;

  constructor(socket: Socket, options: SessionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#sender = new Sender(socket);
    this.#splitter = new Splitter({ rowsFor: options.rowsFor, onMessage: (message) => this.#onMessage(message) });
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error) => this.close(transportError('connection-lost', error.message)));
    socket.on('close', () => this.close(transportError('connection-lost', 'the server ended the connection')));
    this.#scheduleProbe();
  }

  request(
    method: string,
    params: readonly unknown[],
    { within, onResult }: RequestOptions = {},
  ): Promise<Result<unknown, OvsdbError>> {
    if (this.#closed) return Promise.resolve(err(transportError('not-connected', this.#closed.message)));
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const timer = within && this.#options.clock.after(within, () => this.#giveUp(id, method, within));
      this.#pending.set(id, (answer) => {
        if (timer) timer.cancel();
        try {
          if (answer.ok) onResult?.(answer.value);
        } catch (error) {
          // The session ends over this, but answers only what is still pending: this request is not any more.
          resolve(err(transportError('protocol-violation', String(error))));
          throw error;
        }
        resolve(answer);
      });
      this.#sender.send({ method, params, id });
    });
  }

  close(reason: OvsdbError): void {
    if (this.#closed) return;
    this.#closed = reason;
    this.#probe?.cancel();
    this.#socket.destroy();
    const lost = reason.scope === 'transport' ? reason : transportError('connection-lost', reason.message);
    for (const answer of this.#pending.values()) answer(err(unanswered(lost)));
    this.#pending.clear();
    this.#options.onClose(reason);
  }

  #giveUp(id: number, method: string, within: Milliseconds): void {
    const answer = this.#pending.get(id);
    this.#pending.delete(id);
    answer?.(err(transportError('no-answer', `${method}: no answer within ${within} ms`)));
  }

  #onData(chunk: Buffer): void {
    if (this.#closed) return;
    this.#heard = true;
    this.#turnStart ??= this.#beginTurn();
    try {
      this.#splitter.push(chunk);
    } catch (error) {
      if (!(error instanceof FramingError || error instanceof SyntaxError || error instanceof ValueError)) throw error;
      this.close(transportError('protocol-violation', error.message));
    }
    const used = milliseconds(performance.now() - this.#turnStart);
    if (used > turnBudget) void this.#rest(used);
  }

  #beginTurn(): number {
    setImmediate(() => {
      this.#turnStart = undefined;
    });
    return performance.now();
  }

  /** A large reply comes in hundreds of chunks: lets timers and other sockets have their turn in between. */
  async #rest(used: Milliseconds): Promise<void> {
    this.#socket.pause();
    await giveWay(used);
    if (!this.#closed) this.#socket.resume();
  }

  #onMessage(message: unknown): void {
    const { id, method, params, result, error } = message as Readonly<Record<string, unknown>>;
    if (typeof method === 'string') this.#onCall(id, method, Array.isArray(params) ? params : []);
    else if (typeof id === 'number') this.#onReply(id, result, error);
  }

  #onCall(id: unknown, method: string, params: readonly unknown[]): void {
    if (method === 'echo') this.#sender.send({ id, result: params, error: null });
    else this.#options.onNotification(method, params);
  }

  #onReply(id: number, result: unknown, error: unknown): void {
    const answer = this.#pending.get(id);
    this.#pending.delete(id);
    const refused = error === null || error === undefined ? undefined : errorOf(error);
    if (refused) answer?.(err(refused));
    else answer?.(ok(result));
  }

  /** RFC 7047 §4.1.11: a peer that is silent is asked whether it lives. */
  #scheduleProbe(): void {
    const interval = this.#options.probeInterval();
    if (interval === 0) return;
    this.#probe = this.#options.clock.after(interval, () => {
      if (!this.#heard) return this.close(transportError('no-answer', `silent for ${2 * interval} ms`));
      this.#heard = false;
      void this.request('echo', []);
      this.#scheduleProbe();
    });
  }
}

/** A request that was sent and not answered may have been done. `closed` is kept as it is what the caller asked for. */
function unanswered(reason: TransportError): TransportError {
  return reason.kind === 'closed'
    ? { ...reason, outcome: 'unknown' }
    : transportError('connection-lost', reason.message);
}
