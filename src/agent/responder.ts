import type { Clock, Milliseconds, Uuid } from '../base/index.ts';
import type { Lease } from '../feed/index.ts';
import type { PacketIn } from '../openflow/index.ts';
import type { ServedPort } from './plan.ts';
import { TokenBucket } from './token-bucket.ts';

/** What the first hop says to one packet from a guest. */
export interface Answer {
  /** For the guest that asked, and for nobody else. */
  readonly frames: readonly Uint8Array[];
  readonly leases: readonly Lease[];
}

export interface ResponderOptions {
  readonly clock: Clock;
  readonly answer: (port: ServedPort, frame: Uint8Array, now: Milliseconds) => Answer;
  readonly send: (port: ServedPort, frame: Uint8Array) => void;
  readonly onLease: (lease: Lease) => void;
}

/** What one guest may ask: a flood of its solicitations must not cost its neighbours their answers. */
const allowance = { burst: 200, perSecond: 100 };

interface Served {
  readonly port: ServedPort;
  readonly bucket: TokenBucket;
}

/** Answers what guests ask the first hop (RS, DHCPv6, DHCPv4), out of memory, by the port that each packet came from. */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #byCookie = new Map<bigint, Served>();
  readonly #cookies = new Map<Uuid, bigint>();
  #answered = 0;
  #ignored = 0;

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  /** Packets that got an answer, and packets that got none: of no port, of no sense, or too many. */
  get counters(): { readonly answered: number; readonly ignored: number } {
    return { answered: this.#answered, ignored: this.#ignored };
  }

  serve(port: ServedPort): void {
    const bucket = this.#byCookie.get(port.cookie)?.bucket ?? new TokenBucket(allowance, this.#options.clock.now());
    this.#byCookie.set(port.cookie, { port, bucket });
    this.#cookies.set(port.intent.portId, port.cookie);
  }

  release(portId: Uuid): void {
    const cookie = this.#cookies.get(portId);
    if (cookie !== undefined) this.#byCookie.delete(cookie);
    this.#cookies.delete(portId);
  }

  hear({ cookie, inPort, frame }: PacketIn): void {
    const { clock, answer, send, onLease } = this.#options;
    const now = clock.now();
    const served = this.#byCookie.get(cookie);
    if (!served || served.port.guestPort !== inPort || !served.bucket.take(now)) {
      this.#ignored++;
      return;
    }
    const { frames, leases } = answer(served.port, frame, now);
    for (const reply of frames) send(served.port, reply);
    for (const lease of leases) onLease(lease);
    if (frames.length > 0) this.#answered++;
    else this.#ignored++;
  }
}
