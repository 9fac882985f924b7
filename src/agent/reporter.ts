import { type Clock, milliseconds, type Timer, type Uuid } from '../base/index.ts';
import type { AgentMessage, DroppedPackets, LearnedAddresses, Lease } from '../feed/index.ts';

/** What the switch's flows say of one port. */
export interface PortObservation {
  readonly portId: Uuid;
  readonly learned: readonly string[];
  readonly drops: readonly { readonly reason: string; readonly packets: number }[];
}

export interface ReporterOptions {
  readonly clock: Clock;
  /** Reads the flows; undefined while the switch doesn't answer. */
  readonly observe: () => Promise<readonly PortObservation[] | undefined>;
  readonly send: (message: AgentMessage) => void;
}

/** How often flows are read back; one spawn and one dump each time. */
const observeInterval = milliseconds(5_000);
/** How long what was heard may wait for company: one message for many leases. */
const gatherInterval = milliseconds(200);

/** Tells the controller in batches what was leased, learned and dropped, and only what is new. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #leases = new Map<string, Lease>();
  readonly #learned = new Map<Uuid, LearnedAddresses>();
  readonly #drops = new Map<string, DroppedPackets>();
  #fresh: { leases: Lease[]; learned: LearnedAddresses[]; drops: DroppedPackets[] } = nothing();
  #observation: Timer | undefined;
  #sending: Timer | undefined;
  #isStopped = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#observeLater();
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

  stop(): void {
    this.#isStopped = true;
    this.#observation?.cancel();
    this.#sending?.cancel();
  }

  #observeLater(): void {
    this.#observation = this.#options.clock.after(observeInterval, () => {
      void this.#observe().finally(() => {
        if (!this.#isStopped) this.#observeLater();
      });
    });
  }

  async #observe(): Promise<void> {
    const ports = await this.#options.observe();
    for (const port of ports ?? []) this.#take(port);
    this.#sendSoon();
  }

  #take({ portId, learned, drops }: PortObservation): void {
    const before = this.#learned.get(portId)?.addresses ?? [];
    const addresses = learned.toSorted();
    if (addresses.join() !== before.join()) {
      this.#learned.set(portId, { portId, addresses });
      this.#fresh.learned.push({ portId, addresses });
    }
    for (const { reason, packets } of drops) {
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
      this.#options.send({ kind: 'report', leases, learned, drops });
    });
  }
}

function nothing() {
  return { leases: [], learned: [], drops: [] };
}
