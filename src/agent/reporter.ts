import { type Clock, milliseconds, type Timer, type Uuid } from '../base/index.ts';
import type { AddressesOfPort, AgentMessage, DroppedPackets, Lease } from '../feed/index.ts';
import { formatAddress } from '../ip/index.ts';
import type { PortObservation } from './first-hop.ts';

/** The clock by which reports are gathered, and the way to the controller. */
export interface ReporterOptions {
  readonly clock: Clock;
  readonly send: (message: AgentMessage) => void;
}

/** How long what was heard may wait for company: one message for many leases. */
const gatherInterval = milliseconds(200);

/** Tells the controller in batches what was leased, learned and dropped, and only what is new. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #leases = new Map<string, Lease>();
  readonly #learned = new Map<Uuid, AddressesOfPort>();
  readonly #drops = new Map<string, DroppedPackets>();
  #fresh: { leases: Lease[]; learned: AddressesOfPort[]; drops: DroppedPackets[] } = nothing();
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
    this.#learned.delete(portId);
    for (const [key, lease] of this.#leases) if (lease.portId === portId) this.#leases.delete(key);
    for (const [key, drop] of this.#drops) if (drop.portId === portId) this.#drops.delete(key);
  }

  /** A new session: the controller may have forgotten everything. */
  repeat(): void {
    const now = this.#options.clock.now();
    for (const [key, { expiresAt }] of this.#leases) if (expiresAt < now) this.#leases.delete(key);
    this.#fresh = {
      leases: [...this.#leases.values()],
      learned: [...this.#learned.values()],
      drops: [...this.#drops.values()],
    };
    this.#sendSoon();
  }

  /** What was read back from the switch. */
  observe(ports: readonly PortObservation[]): void {
    for (const port of ports) this.#take(port);
    this.#sendSoon();
  }

  stop(): void {
    this.#sending?.cancel();
  }

  #take({ port, learned, drops }: PortObservation): void {
    const { portId } = port.intent;
    const before = this.#learned.get(portId)?.addresses ?? [];
    const addresses = learned.map(({ address }) => formatAddress(address)).toSorted();
    if (addresses.join() !== before.join()) {
      this.#learned.set(portId, { portId, addresses });
      this.#fresh.learned.push({ portId, addresses });
    }
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
      const { leases, learned, drops } = this.#fresh;
      this.#fresh = nothing();
      if (leases.length + learned.length + drops.length === 0) return;
      const sentAt = this.#options.clock.now();
      this.#options.send({ kind: 'report', sentAt, leases, learned, drops });
    });
  }
}

function nothing() {
  return { leases: [], learned: [], drops: [] };
}
