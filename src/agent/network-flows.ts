import type { Uuid } from '../base/index.ts';
import type { Cookie, FlowSync, FlowText, FlushFailures } from '../openflow/index.ts';
import { type ServedPort, uuidCookie } from './plan.ts';

/** Where shared flows are installed, and how they are compiled. */
export interface NetworkFlowsOptions {
  readonly flows: Pick<FlowSync, 'set' | 'remove'>;
  /** The flows that these ports, all of one network, share. */
  readonly compile: (ports: readonly ServedPort[], cookie: Cookie) => readonly FlowText[];
}

/**
 * The flows that the ports of a network share. They are compiled out of all intents of the network, whichever of them
 * has changed, and they leave with its last port: nothing is counted, so nothing can be miscounted.
 */
export class NetworkFlows {
  readonly #options: NetworkFlowsOptions;
  #cookies: ReadonlyMap<Uuid, Cookie> = new Map();
  #isInPlace = true;

  constructor(options: NetworkFlowsOptions) {
    this.#options = options;
  }

  /** Whether the switch has what was last asked of it. */
  get isInPlace(): boolean {
    return this.#isInPlace;
  }

  /** These are all ports that are served. Takes effect with the next flush. */
  follow(ports: Iterable<ServedPort>): void {
    const { flows, compile } = this.#options;
    const byNetwork = Map.groupBy(ports, ({ intent }) => intent.networkId);
    for (const [networkId, cookie] of this.#cookies) if (!byNetwork.has(networkId)) flows.remove(cookie);
    this.#cookies = new Map([...byNetwork.keys()].map((networkId) => [networkId, uuidCookie(networkId)]));
    for (const [networkId, members] of byNetwork) {
      const cookie = uuidCookie(networkId);
      flows.set(cookie, compile(members, cookie));
    }
  }

  /** Call after the flush. */
  settle(failures: FlushFailures): void {
    this.#isInPlace = [...this.#cookies.values()].every((cookie) => !failures.has(cookie));
  }
}
