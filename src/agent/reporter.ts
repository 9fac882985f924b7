import { type Clock, milliseconds, type Timer, type Uuid } from '../base/index.ts';
import type { AddressesOfPort, AgentMessage, DroppedPackets, Lease } from '../feed/index.ts';
import type { PortObservation } from './first-hop.ts';

/** The clock by which reports are gathered, and the way to the controller. */
export interface ReporterOptions {
  readonly clock: Clock;
  readonly send: (message: AgentMessage) => void;
}

/** How long what was heard may wait for company: one message for many leases. */
const gatherInterval = milliseconds(200);

/** Tells the controller in batches what was leased, seen in use and dropped, and only what is new. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #leases = new Map<string, Lease>();
  readonly #drops = new Map<string, DroppedPackets>();
  #fresh: { leases: Lease[]; seen: AddressesOfPort[]; drops: DroppedPackets[] } = nothing();
  #sending: Timer | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  lease(lease: Lease): void {
    this.#leases.set(`${lease.portId} ${lease.address}`, lease);
    this.#fresh.leases.push(lease);
    this.#sendSoon();
  }

  /** Nothing more is to be said about the port. */
  release(portId: Uuid): void {
    for (const [key, lease] of this.#leases) if (lease.portId === portId) this.#leases.delete(key);
    for (const [key, drop] of this.#drops) if (drop.portId === portId) this.#drops.delete(key);
  }

  /** A new session: the controller may have forgotten everything. */
  repeat(): void {
    const now = this.#options.clock.now();
    for (const [key, { expiresAt }] of this.#leases) if (expiresAt < now) this.#leases.delete(key);
    this.#fresh = {
      leases: [...this.#leases.values()],
      seen: [],
      drops: [...this.#drops.values()],
    };
    this.#sendSoon();
  }

  /** What was read back from the switch. */
  observe(ports: readonly PortObservation[], seen: readonly AddressesOfPort[]): void {
    for (const port of ports) this.#take(port);
    this.#fresh.seen.push(...seen);
    this.#sendSoon();
  }

  /** What was dropped on this host, by port and reason, as last read. */
  get drops(): Iterable<DroppedPackets> {
    return this.#drops.values();
  }

  stop(): void {
    this.#sending?.cancel();
  }

  #take({ port, drops }: PortObservation): void {
    const { portId } = port.intent;
    for (const [reason, packets] of drops) {
      const key = `${portId} ${reason}`;
      if (packets === (this.#drops.get(key)?.packets ?? 0)) continue;
      this.#drops.set(key, { portId, reason, packets });
      this.#fresh.drops.push({ portId, reason, packets });
    }
  }

  #sendSoon(): void {
    this.#sending ??= this.#options.clock.after(gatherInterval, () => {
      this.#sending = undefined;
      const { leases, seen, drops } = this.#fresh;
      this.#fresh = nothing();
      if (leases.length + seen.length + drops.length === 0) return;
      const sentAt = this.#options.clock.now();
      this.#options.send({ kind: 'report', sentAt, leases, seen, drops });
    });
  }
}

function nothing() {
  return { leases: [], seen: [], drops: [] };
}
