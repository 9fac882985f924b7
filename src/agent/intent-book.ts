import type { Uuid } from '../base/index.ts';
import { joinIntent, type NetworkIntent, type OwnIntent, type PortIntent } from '../firsthop/index.ts';
import type { CachedIntents, IntentCache } from './cache.ts';

/** A port's intent as it was joined, and what of. */
interface Joined {
  readonly own: OwnIntent;
  readonly network: NetworkIntent;
  readonly intent: PortIntent;
}

type Amend = (intent: PortIntent) => PortIntent;

/** What this host's ports should be, as the controller last said, or as the cache remembers it. */
export class IntentBook {
  readonly #cache: IntentCache;
  readonly #amend: Amend;
  readonly #ports: Map<Uuid, OwnIntent>;
  readonly #networks: Map<Uuid, NetworkIntent>;
  readonly #joined = new Map<Uuid, Joined>();
  /** Ports that the controller has no intent for. A port that is in neither set was not answered yet. */
  readonly #refused = new Set<Uuid>();
  /** Ports and networks whose intent came in this session. */
  readonly #heard = new Set<Uuid>();

  /** `amend` adds to a joined intent what this host has decided itself; it answers the same object while nothing changes. */
  constructor(cached: CachedIntents, cache: IntentCache, amend: Amend = (intent) => intent) {
    this.#cache = cache;
    this.#amend = amend;
    this.#ports = new Map(cached.ports.map((intent) => [intent.portId, intent]));
    this.#networks = new Map(cached.networks.map((intent) => [intent.networkId, intent]));
  }

  /**
   * The port's intent joined with its network's. The same object until one of them changes; undefined also while the
   * network is not known, and the port has to wait for it.
   */
  find(portId: Uuid): PortIntent | undefined {
    const own = this.#ports.get(portId);
    const network = own && this.#networks.get(own.networkId);
    if (!network) return undefined;
    const known = this.#joined.get(portId);
    if (known?.own === own && known.network === network) return this.#amend(known.intent);
    const intent = joinIntent(own, network);
    this.#joined.set(portId, { own, network, intent });
    return this.#amend(intent);
  }

  isRefused(portId: Uuid): boolean {
    return this.#refused.has(portId);
  }

  portIds(): readonly Uuid[] {
    return [...this.#ports.keys()];
  }

  /**
   * Takes a port's intent in, and says whether it changed anything. A lower revision never replaces a higher one that came
   * in the same session; the first word of a new session always holds, for it was read from the store afresh, which
   * may have been restored from a backup.
   */
  accept(intent: OwnIntent): boolean {
    const { portId, revision } = intent;
    if (this.#isOutdated(portId, revision, this.#ports.get(portId))) return false;
    this.#heard.add(portId);
    this.#refused.delete(portId);
    this.#ports.set(portId, intent);
    this.#cache.putPort(portId, intent);
    return true;
  }

  /** The same of a network: from here on it holds for all ports that name it. */
  acceptNetwork(intent: NetworkIntent): boolean {
    const { networkId, revision } = intent;
    if (this.#isOutdated(networkId, revision, this.#networks.get(networkId))) return false;
    this.#heard.add(networkId);
    this.#networks.set(networkId, intent);
    this.#cache.putNetwork(networkId, intent);
    return true;
  }

  /** The controller says that the port has no business on this host. */
  refuse(portId: Uuid): void {
    this.forget(portId);
    this.#refused.add(portId);
  }

  /** The port is not plugged any more. */
  forget(portId: Uuid): void {
    this.#heard.delete(portId);
    this.#refused.delete(portId);
    this.#joined.delete(portId);
    if (this.#ports.delete(portId)) this.#cache.putPort(portId, undefined);
  }

  /** The controller says that no port of this host names the network any more. Nobody else can know: intents are under way. */
  forgetNetwork(networkId: Uuid): void {
    this.#heard.delete(networkId);
    if (this.#networks.delete(networkId)) this.#cache.putNetwork(networkId, undefined);
  }

  startSession(): void {
    this.#heard.clear();
  }

  /**
   * The controller has answered for these ports, which the session was greeted with. Those that it said nothing of are
   * refused, and networks that it did not tell, and no port names, are forgotten.
   */
  answered(portIds: Iterable<Uuid>): void {
    for (const portId of portIds) if (!this.#heard.has(portId)) this.refuse(portId);
    const named = new Set([...this.#ports.values()].map(({ networkId }) => networkId));
    for (const networkId of this.#networks.keys())
      if (!this.#heard.has(networkId) && !named.has(networkId)) this.forgetNetwork(networkId);
  }

  #isOutdated(id: Uuid, revision: number, known: { readonly revision: number } | undefined): boolean {
    return known !== undefined && this.#heard.has(id) && revision < known.revision;
  }
}
