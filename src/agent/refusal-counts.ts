import type { Uuid } from '../base/index.ts';
import type { DropReason } from '../firsthop/index.ts';
import type { Refusal } from './claims/claim.ts';
import type { PortObservation } from './first-hop.ts';

const reasons: Readonly<Record<Refusal | 'flood', DropReason>> = {
  taken: 'address-taken',
  reserved: 'address-taken',
  'off-link': 'off-link-address',
  full: 'learned-address-quota',
  flood: 'too-many-requests',
};

/** Packets of guests that came as far as this process, and led nowhere. They start from 0 with it, as counters may. */
export class RefusalCounts {
  readonly #counts = new Map<Uuid, Map<DropReason, number>>();

  count(portId: Uuid, refusal: Refusal | 'flood'): void {
    const counts = this.#counts.get(portId) ?? new Map<DropReason, number>();
    this.#counts.set(portId, counts);
    counts.set(reasons[refusal], (counts.get(reasons[refusal]) ?? 0) + 1);
  }

  release(portId: Uuid): void {
    this.#counts.delete(portId);
  }

  /** What the switch has dropped of the port, and what was refused here besides. */
  addTo(reading: PortObservation): PortObservation {
    const counts = this.#counts.get(reading.port.intent.portId);
    if (!counts) return reading;
    const drops = new Map(reading.drops);
    for (const [reason, packets] of counts) drops.set(reason, (drops.get(reason) ?? 0) + packets);
    return { ...reading, drops };
  }
}
