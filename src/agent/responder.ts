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
  /** A DAD solicitation that the guest may have made in vain, and should be made in its name. */
  readonly repeatDetection: (port: ServedPort, frame: Uint8Array) => Uint8Array | undefined;
  /** For a packet that tells of an address the switch has just learned: its detection, to be made in the guest's name. */
  readonly confirmDetection: (port: ServedPort, packet: PacketIn) => Uint8Array | undefined;
  readonly sendAsGuest: (port: ServedPort, frame: Uint8Array) => void;
}

/** One detection in so many milliseconds and port: enough for a guest that starts, too little to flood others with. */
const detectionInterval = 3_000;

/** What one guest may ask: a flood of its solicitations must not cost its neighbours their answers. */
const allowance = { burst: 200, perSecond: 100 };

interface Served {
  readonly port: ServedPort;
  readonly bucket: TokenBucket;
  detectedAt: number;
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
    const known = this.#byCookie.get(port.cookie);
    const bucket = known?.bucket ?? new TokenBucket(allowance, this.#options.clock.now());
    this.#byCookie.set(port.cookie, { port, bucket, detectedAt: known?.detectedAt ?? -Infinity });
    this.#cookies.set(port.intent.portId, port.cookie);
  }

  release(portId: Uuid): void {
    const cookie = this.#cookies.get(portId);
    if (cookie !== undefined) this.#byCookie.delete(cookie);
    this.#cookies.delete(portId);
  }

  hear(packet: PacketIn): void {
    const { clock, answer, send, onLease, confirmDetection, sendAsGuest } = this.#options;
    const { cookie, inPort, frame } = packet;
    const now = clock.now();
    const served = this.#byCookie.get(cookie);
    const detection = served?.port.guestPort === inPort && confirmDetection(served.port, packet);
    if (served && detection) {
      // However much else the guest asks. What it may claim is bounded by its quota.
      sendAsGuest(served.port, detection);
      return;
    }
    if (!served || served.port.guestPort !== inPort || !served.bucket.take(now)) {
      this.#ignored++;
      return;
    }
    const { frames, leases } = answer(served.port, frame, now);
    for (const reply of frames) send(served.port, reply);
    for (const lease of leases) onLease(lease);
    if (frames.length > 0) this.#answered++;
    else this.#ignored++;
    this.#repeatDetection(served, frame, now);
  }

  #repeatDetection(served: Served, frame: Uint8Array, now: Milliseconds): void {
    if (now - served.detectedAt < detectionInterval) return;
    const detection = this.#options.repeatDetection(served.port, frame);
    if (!detection) return;
    served.detectedAt = now;
    this.#options.sendAsGuest(served.port, detection);
  }
}
