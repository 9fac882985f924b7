import { type Clock, milliseconds, type SparingLog, type Timer } from '../base/index.ts';

/** Why a host may not open a session now, as HTTP says it. */
export interface Refusal {
  readonly status: 429 | 503;
  readonly message: string;
  readonly retryAfterSeconds: number;
}

/** How many sessions may be open at a time. */
export interface AdmissionOptions {
  readonly clock: Clock;
  readonly log: SparingLog;
  /** Sessions of all hosts. Default 5,000: each takes a descriptor and some 30 kB, whether or not it says anything. */
  readonly mostSessions?: number;
}

/** One that is served, one that takes over, and one that is being closed. */
const mostOfOneHost = 3;

/** Pauses after violations in a row: the first, and the longest. */
const firstPause = milliseconds(1_000);
const longestPause = milliseconds(60_000);

/** A host is forgiven when it has not sinned again for so many of its pauses. */
const pausesToForgive = 4;

interface Penance {
  readonly pause: number;
  readonly until: number;
  readonly forgiveness: Timer;
}

/** Says who may open a session, so that no host, and no crowd of connections, takes what the others need. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #open = new Map<string, number>();
  readonly #penances = new Map<string, Penance>();
  #count = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Undefined: come in. */
  refusal(host: string): Refusal | undefined {
    const { clock, log, mostSessions = 5_000 } = this.#options;
    const wait = (this.#penances.get(host)?.until ?? 0) - clock.now();
    if (wait > 0)
      return { status: 429, message: 'this host said what no agent says', retryAfterSeconds: Math.ceil(wait / 1_000) };
    if (this.#count >= mostSessions) {
      log.warn('sessions', { sessions: this.#count }, 'feed: as many sessions are open as may be; others are refused');
      return { status: 503, message: 'as many sessions are open as may be', retryAfterSeconds: 5 };
    }
    if ((this.#open.get(host) ?? 0) < mostOfOneHost) return undefined;
    log.warn(`crowd ${host}`, { host }, 'feed: a host has opened as many sessions as it may; others are refused');
    return { status: 429, message: 'this host has sessions enough', retryAfterSeconds: 5 };
  }

  /** A session was opened. Returns how to say that it is over. */
  enter(host: string): () => void {
    this.#count += 1;
    this.#open.set(host, (this.#open.get(host) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#count -= 1;
      const left = (this.#open.get(host) ?? 1) - 1;
      if (left > 0) this.#open.set(host, left);
      else this.#open.delete(host);
    };
  }

  /** The host did what no agent does: it may come back after a pause, which grows while it goes on like that. */
  punish(host: string, reason: string): void {
    const { clock, log } = this.#options;
    const before = this.#penances.get(host);
    before?.forgiveness.cancel();
    const pause = before ? Math.min(2 * before.pause, longestPause) : firstPause;
    const forgiveness = clock.after(milliseconds(pausesToForgive * pause), () => this.#penances.delete(host));
    this.#penances.set(host, { pause, until: clock.now() + pause, forgiveness });
    log.warn(`violation ${host}`, { host, reason, pause }, 'feed: session refused: the agent says what no agent says');
  }
}
