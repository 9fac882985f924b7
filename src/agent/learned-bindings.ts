import { type Milliseconds, milliseconds, type Uuid } from '../base/index.ts';
import { chooseEvictions, forget, type LearnedBinding, relearn, staleBindings } from '../firsthop/index.ts';
import { type Address, equalAddress, formatAddress } from '../ip/index.ts';
import type { FlowText } from '../openflow/index.ts';
import type { PortObservation } from './first-hop.ts';
import type { ServedPort } from './plan.ts';

/** An address that a port may use because it was the first to claim it. */
export type BoundAddress = Pick<LearnedBinding, 'address' | 'mac'>;

interface Remembered extends LearnedBinding {
  readonly usedAt: Milliseconds;
}

/**
 * What SAVI has learned on this host, as last read back. The switch learns by itself; this remembers for it, so that a
 * restarted switch admits the same addresses again, and takes away what may not stay: bindings off the link, bindings
 * that turned out to be somebody else's, and those longest out of use when the quota is nearly full.
 */
export class LearnedBindings {
  readonly #byPort: Map<Uuid, readonly Remembered[]>;
  readonly #onChange: () => void;

  /** `onChange` hears when the addresses of a port are others than before. */
  constructor(remembered: ReadonlyMap<Uuid, readonly BoundAddress[]>, onChange: () => void) {
    const unused = { packets: 0, usedAt: milliseconds(0) };
    this.#byPort = new Map([...remembered].map(([portId, all]) => [portId, all.map((one) => ({ ...one, ...unused }))]));
    this.#onChange = onChange;
  }

  all(): ReadonlyMap<Uuid, readonly BoundAddress[]> {
    return this.#byPort;
  }

  /** Takes a reading in. Answers the matches of flows to delete. */
  observe({ port, learned, conflicts }: PortObservation, now: Milliseconds): readonly string[] {
    const known = this.#byPort.get(port.intent.portId) ?? [];
    const before = new Map(known.map((binding) => [formatAddress(binding.address), binding]));
    const remembered = learned.map((binding) => {
      const earlier = before.get(formatAddress(binding.address));
      return { ...binding, usedAt: earlier?.packets === binding.packets ? earlier.usedAt : now };
    });
    const unwanted = this.#unwanted(port, remembered, conflicts, now);
    const isWanted = ({ address }: LearnedBinding) => !unwanted.some((other) => equalAddress(other, address));
    const kept = remembered.filter(isWanted);
    this.#byPort.set(port.intent.portId, kept);
    if (addressesOf(kept) !== addressesOf(known)) this.#onChange();
    return forget(port, unwanted);
  }

  /** What a reading shows for the first time, and nobody has defended yet. */
  unheardOf({ port, learned, conflicts }: PortObservation): readonly Address[] {
    const known = [...this.list(port.intent.portId).map(({ address }) => address), ...conflicts];
    const isKnown = ({ address }: LearnedBinding) => known.some((other) => equalAddress(other, address));
    return learned.filter((binding) => !isKnown(binding)).map(({ address }) => address);
  }

  list(portId: Uuid): readonly LearnedBinding[] {
    return this.#byPort.get(portId) ?? [];
  }

  /** Matches of what the port's new intent doesn't allow any more. */
  serve(port: ServedPort): readonly string[] {
    return forget(port, staleBindings(port.intent, this.list(port.intent.portId)));
  }

  /** Forgets ports that left while nobody looked. */
  retain(isPlugged: (portId: Uuid) => boolean): void {
    for (const portId of [...this.#byPort.keys()]) if (!isPlugged(portId)) this.release(portId);
  }

  release(portId: Uuid): void {
    if (this.#byPort.delete(portId)) this.#onChange();
  }

  /** The flows that admit the port's addresses again on a switch that has lost them. */
  relearn(port: ServedPort): readonly FlowText[] {
    const addresses = this.list(port.intent.portId).map(({ address }) => address);
    return relearn(port.intent, port, addresses);
  }

  #unwanted(
    { intent }: ServedPort,
    remembered: readonly Remembered[],
    conflicts: readonly Address[],
    now: Milliseconds,
  ): readonly Address[] {
    const used = remembered.map(({ address, usedAt }) => ({ address, usedAtSeconds: usedAt / 1000 }));
    return [
      ...conflicts,
      ...staleBindings(intent, remembered),
      ...chooseEvictions(used, intent.learnedAddressQuota, now / 1000),
    ];
  }
}

function addressesOf(bindings: readonly BoundAddress[]): string {
  return bindings
    .map(({ address, mac }) => `${formatAddress(address)} ${mac}`)
    .sort()
    .join();
}
