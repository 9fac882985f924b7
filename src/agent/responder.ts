import type { Clock, Log, Milliseconds, Uuid } from '../base/index.ts';
import type { Lease } from '../feed/index.ts';
import type { Meter, PacketIn } from '../openflow/index.ts';
import type { ServedPort } from './plan.ts';
import { TokenBucket } from './token-bucket.ts';

/** What the first hop says to one packet from a guest. */
export interface Answer {
  /** For the guest that asked, and for nobody else. */
  readonly frames: readonly Uint8Array[];
  readonly leases: readonly Lease[];
}

/** How packets are answered, how answers and repeated detections are sent, and the callback for leases. */
export interface ResponderOptions {
  readonly clock: Clock;
  readonly log: Log;
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

/**
 * The same on the switch, where a flood would fill the queue to this process, which all ports share. It has the number of
 * the guest's port, as each port has one of its own.
 */
export function meterOf({ guestPort }: ServedPort): Meter {
  return { id: guestPort, packetsPerSecond: allowance.perSecond, burst: allowance.burst };
}

interface Served {
  readonly port: ServedPort;
  readonly bucket: TokenBucket;
  detectedAt: number;
  /** A packet of this port could not be answered, and that was said. */
  isKnownToFail: boolean;
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
    const { detectedAt = -Infinity, isKnownToFail = false } = known ?? {};
    this.#byCookie.set(port.cookie, { port, bucket, detectedAt, isKnownToFail });
    this.#cookies.set(port.intent.portId, port.cookie);
  }

  release(portId: Uuid): void {
    const cookie = this.#cookies.get(portId);
    if (cookie !== undefined) this.#byCookie.delete(cookie);
    this.#cookies.delete(portId);
  }

  hear(packet: PacketIn): void {
    const served = this.#byCookie.get(packet.cookie);
    if (!served || served.port.guestPort !== packet.inPort) {
      this.#ignored++;
      return;
    }
    try {
      this.#take(served, packet);
    } catch (error) {
      this.#ignored++;
      this.#complain(served, error);
    }
  }

  #take(served: Served, packet: PacketIn): void {
    const { clock, confirmDetection, sendAsGuest } = this.#options;
    const now = clock.now();
    const detection = confirmDetection(served.port, packet);
    // However much else the guest asks. What it may claim is bounded by its quota.
    if (detection) sendAsGuest(served.port, detection);
    else if (served.bucket.take(now)) this.#answer(served, packet.frame, now);
    else this.#ignored++;
  }

  #answer(served: Served, frame: Uint8Array, now: Milliseconds): void {
    const { answer, send, onLease } = this.#options;
    const { frames, leases } = answer(served.port, frame, now);
    for (const reply of frames) send(served.port, reply);
    for (const lease of leases) onLease(lease);
    this.#repeatDetection(served, frame, now);
    if (frames.length > 0) this.#answered++;
    else this.#ignored++;
  }

  /** A bug of ours, met by one guest's packet, must not end what all guests of the host are served by. */
  #complain(served: Served, error: unknown): void {
    if (served.isKnownToFail) return;
    served.isKnownToFail = true;
    const { portId } = served.port.intent;
    this.#options.log.error({ err: error, portId }, 'responder: a packet from a guest could not be answered');
  }

  #repeatDetection(served: Served, frame: Uint8Array, now: Milliseconds): void {
    if (now - served.detectedAt < detectionInterval) return;
    const detection = this.#options.repeatDetection(served.port, frame);
    if (!detection) return;
    served.detectedAt = now;
    this.#options.sendAsGuest(served.port, detection);
  }
}
