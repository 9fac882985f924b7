import type { Clock, Log, Milliseconds, Uuid } from '../base/index.ts';
import type { Lease } from '../feed/index.ts';
import { type Notice, readNotice, solicitingAddress } from '../firsthop/index.ts';
import { isLinkLocal } from '../ip/index.ts';
import type { PacketIn } from '../openflow/index.ts';
import type { ServedPort } from './plan.ts';
import { requestAllowance } from './port-meters.ts';
import { TokenBucket } from './token-bucket.ts';

/** What the first hop says to one packet from a guest. */
export interface Answer {
  /** For the guest that asked, and for nobody else. */
  readonly frames: readonly Uint8Array[];
  readonly leases: readonly Lease[];
}

/** How packets are answered, how answers are sent, and the callbacks for what packets tell. */
export interface ResponderOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly answer: (port: ServedPort, frame: Uint8Array, now: Milliseconds) => Answer;
  readonly send: (port: ServedPort, frame: Uint8Array) => void;
  readonly onLease: (lease: Lease) => void;
  /** A packet has told of an address. */
  readonly onNotice: (port: ServedPort, notice: Notice) => void;
  /** The port has asked for more than is answered. */
  readonly onFlood: (portId: Uuid) => void;
}

interface Served {
  readonly port: ServedPort;
  readonly bucket: TokenBucket;
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
    const bucket = known?.bucket ?? new TokenBucket(requestAllowance, this.#options.clock.now());
    this.#byCookie.set(port.cookie, { port, bucket, isKnownToFail: known?.isKnownToFail ?? false });
    this.#cookies.set(port.intent.portId, port.cookie);
  }

  release(portId: Uuid): void {
    const cookie = this.#cookies.get(portId);
    if (cookie !== undefined) this.#byCookie.delete(cookie);
    this.#cookies.delete(portId);
  }

  hear(packet: PacketIn): void {
    const served = this.#byCookie.get(packet.cookie);
    if (!served || ![served.port.guestPort, served.port.patchPort].includes(packet.inPort)) {
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
    const { clock, onNotice, onFlood } = this.#options;
    const { port, bucket } = served;
    const notice = readNotice(packet);
    if (notice) {
      onNotice(port, notice);
      return;
    }
    const now = clock.now();
    if (bucket.take(now)) {
      this.#answer(port, packet.frame, now);
      return;
    }
    this.#ignored++;
    onFlood(port.intent.portId);
  }

  #answer(port: ServedPort, frame: Uint8Array, now: Milliseconds): void {
    const { answer, send, onLease, onNotice } = this.#options;
    const { frames, leases } = answer(port, frame, now);
    for (const reply of frames) send(port, reply);
    for (const lease of leases) onLease(lease);
    const address = solicitingAddress(frame);
    if (address && isLinkLocal(address)) onNotice(port, { kind: 'data', address });
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
}
