import { type Milliseconds, milliseconds, type Uuid } from '../../base/index.ts';
import type { AddressesOfPort } from '../../feed/index.ts';
import { type Address, formatAddress } from '../../ip/index.ts';
import type { PortObservation } from '../first-hop.ts';
import type { ServedPort } from '../plan.ts';

/** An address that its guest did not use for long is asked for, so many times, so far apart, before it is given up. */
const idleMilliseconds = 3_600_000;
const roundMilliseconds = 60_000;
const rounds = 3;
/** The controller is told of an address in use no more often than this. */
const seenMilliseconds = 300_000;

interface Use {
  /** Since when this process knows of it. */
  readonly since: Milliseconds;
  /** Look-ups at the last reading. */
  packets: number;
  usedAt: Milliseconds;
  toldAt: number;
  askedAt: number;
  failures: number;
}

/** When the bound addresses of this host's ports were last in use, as the switch counts look-ups. */
export class Usage {
  readonly #ports = new Map<Uuid, Map<string, Use>>();

  /** An address that the agent has not met before counts as used now: it is new here, or this process is. */
  serve({ intent }: ServedPort, now: Milliseconds): void {
    const before = this.#ports.get(intent.portId);
    const fresh = (): Use => ({
      since: now,
      packets: 0,
      usedAt: now,
      toldAt: -Infinity,
      askedAt: -Infinity,
      failures: 0,
    });
    const texts = intent.boundAddresses.map(formatAddress);
    this.#ports.set(intent.portId, new Map(texts.map((text) => [text, before?.get(text) ?? fresh()])));
  }

  release(portId: Uuid): void {
    this.#ports.delete(portId);
  }

  /** Takes a reading in. Answers what the controller should hear was in use. */
  observe({ port, used }: PortObservation, now: Milliseconds): AddressesOfPort | undefined {
    const { portId } = port.intent;
    const uses = this.#ports.get(portId);
    const addresses = [...(uses ?? [])].flatMap(([text, use]) => {
      const packets = used.get(text) ?? 0;
      if (packets > 0 && packets !== use.packets) noteUse(use, now);
      use.packets = packets;
      if (use.usedAt <= use.toldAt || now - use.toldAt < seenMilliseconds) return [];
      use.toldAt = now;
      return [text];
    });
    return addresses.length > 0 ? { portId, addresses } : undefined;
  }

  /** The guest has answered for the address. */
  hear(portId: Uuid, address: Address, now: Milliseconds): void {
    const use = this.#ports.get(portId)?.get(formatAddress(address));
    if (use) noteUse(use, now);
  }

  /** When the address was last used, as far as is known; long ago for one that is not bound. */
  lastUsed(portId: Uuid, address: Address): Milliseconds {
    return this.#ports.get(portId)?.get(formatAddress(address))?.usedAt ?? milliseconds(0);
  }

  /** Since when the address is the port's, as far as is known; long ago for one that is not bound. */
  since(portId: Uuid, address: Address): Milliseconds {
    return this.#ports.get(portId)?.get(formatAddress(address))?.since ?? milliseconds(0);
  }

  /** What the guest should be asked for now. */
  due({ intent }: ServedPort, now: Milliseconds): readonly Address[] {
    const uses = this.#ports.get(intent.portId);
    return intent.boundAddresses.filter((address) => {
      const use = uses?.get(formatAddress(address));
      return use && now - use.usedAt >= idleMilliseconds && now - use.askedAt >= roundMilliseconds;
    });
  }

  /** The guest was asked for the address. Whether it has failed so often that it has given the address up. */
  conclude(portId: Uuid, address: Address, isAnswered: boolean, now: Milliseconds): boolean {
    const use = this.#ports.get(portId)?.get(formatAddress(address));
    if (!use) return false;
    use.askedAt = now;
    use.failures = isAnswered ? 0 : use.failures + 1;
    return use.failures >= rounds;
  }
}

function noteUse(use: Use, now: Milliseconds): void {
  use.usedAt = now;
  use.failures = 0;
}
