import { type Clock, milliseconds, type Uuid } from '../../base/index.ts';
import { probeFrame } from '../../firsthop/index.ts';
import { type Address, formatAddress } from '../../ip/index.ts';
import type { ServedPort } from '../plan.ts';

/** The clock by which guests are asked, and the way to them. */
export interface ProbesOptions {
  readonly clock: Clock;
  readonly sendToGuest: (port: ServedPort, frame: Uint8Array) => void;
}

/** How often a guest is asked for each address: RFC 4861 §10, MAX_UNICAST_SOLICIT. */
export const probeTries = 3;
/** A guest answers within a millisecond or so, unless its host is busy. */
const gap = milliseconds(80);

interface Probe {
  /** In which try each address was last answered for, and in how many. */
  readonly answers: Map<string, { lastTry: number; count: number }>;
  tried: number;
  heard: () => void;
}

/** Asks guests which of their addresses they still have: neighbour unreachability detection (RFC 4861 §7.3). */
export class Probes {
  readonly #options: ProbesOptions;
  readonly #running = new Map<Uuid, Set<Probe>>();

  constructor(options: ProbesOptions) {
    this.#options = options;
  }

  /**
   * In how many of the tries the guest answered for each address, by its text. Takes 240 ms, or until it has answered for
   * the one that matters.
   */
  async ask(port: ServedPort, addresses: readonly Address[], decisive?: Address): Promise<ReadonlyMap<string, number>> {
    const { clock, sendToGuest } = this.#options;
    const answers = new Map(addresses.map((address) => [formatAddress(address), { lastTry: 0, count: 0 }]));
    const isDecided = () => decisive !== undefined && answers.get(formatAddress(decisive))?.count !== 0;
    const probe: Probe = { answers, tried: 0, heard: () => undefined };
    const { portId, mac } = port.intent;
    const running = this.#running.get(portId) ?? new Set();
    this.#running.set(portId, running.add(probe));
    for (probe.tried = 1; probe.tried <= probeTries && !isDecided(); probe.tried++) {
      for (const address of addresses) sendToGuest(port, probeFrame(address, mac));
      await new Promise<void>((resolve) => {
        const timer = clock.after(gap, resolve);
        probe.heard = () => {
          if (!isDecided()) return;
          timer.cancel();
          resolve();
        };
      });
    }
    running.delete(probe);
    if (running.size === 0) this.#running.delete(portId);
    return new Map([...answers].map(([address, { count }]) => [address, count]));
  }

  /** The guest says that it has the address. */
  hear(portId: Uuid, address: Address): void {
    for (const probe of this.#running.get(portId) ?? []) {
      const answer = probe.answers.get(formatAddress(address));
      if (!answer || answer.lastTry === probe.tried) continue;
      answer.lastTry = probe.tried;
      answer.count++;
      probe.heard();
    }
  }
}
