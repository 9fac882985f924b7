import { hash } from 'node:crypto';
import { encodeControllerMessage, encodeIntentMessage } from '../feed/index.ts';
import { type NetworkIntent, networkContent, type OwnIntent, ownContent } from '../firsthop/index.ts';
import type { NetworkId, PortId } from '../resources/index.ts';

/** A port's intent in the two parts that a host is told: the network's and its own. */
export interface Intents {
  readonly own: OwnIntent;
  readonly network: NetworkIntent;
}

/** A network that the agent was told. */
interface ToldNetwork {
  digest: string;
  /** How many of its plugged ports the agent has an intent of, each of which names it. */
  ports: number;
}

/** The last word on a port: the digest of an intent, and the network that it names. */
interface ToldPort {
  readonly digest: string;
  readonly networkId: NetworkId;
}

const withdrawn = 'withdrawn';

/**
 * The plugged ports of one agent, and what it was last told of them and of their networks, as digests without revisions:
 * what did not change is not said again. A network is told before the first intent that names it, and withdrawn after the
 * last one. The answers are the frames to be sent, in their order.
 */
export class Told {
  readonly #ports = new Map<PortId, ToldPort | typeof withdrawn | undefined>();
  readonly #networks = new Map<NetworkId, ToldNetwork>();
  /** False for version 2 of the feed, whose hosts learn by themselves. */
  tellsBindings = true;

  get portIds(): Iterable<PortId> {
    return this.#ports.keys();
  }

  get size(): number {
    return this.#ports.size;
  }

  isPlugged(portId: PortId): boolean {
    return this.#ports.has(portId);
  }

  /** Whether the agent has an intent of the port: it may speak of such ports, and of no others. */
  isServed(portId: PortId): boolean {
    const told = this.#ports.get(portId);
    return told !== undefined && told !== withdrawn;
  }

  plug(portId: PortId): void {
    this.#ports.set(portId, this.#ports.get(portId));
  }

  unplug(portId: PortId): readonly string[] {
    const told = this.#ports.get(portId);
    this.#ports.delete(portId);
    return this.#release(told);
  }

  clear(): void {
    this.#ports.clear();
    this.#networks.clear();
  }

  /** Of a plugged port. Without intents: it is none of the host's. */
  newsOfPort(portId: PortId, intents: Intents | undefined): readonly string[] {
    if (!intents) return this.#withdraw(portId);
    return this.#say(portId, intents);
  }

  /** The port is told again the next time, though nothing has changed: its host waits for an answer. */
  repeat(portId: PortId): void {
    const told = this.#ports.get(portId);
    if (typeof told === 'object') this.#ports.set(portId, { ...told, digest: '' });
  }

  /** Of a network that has changed; nothing when no port of the agent names it. */
  newsOfNetwork(intent: NetworkIntent): readonly string[] {
    const told = this.#networks.get(intent.networkId as NetworkId);
    const digest = digestOfNetwork(intent);
    if (!told || told.digest === digest) return [];
    told.digest = digest;
    return [encodeControllerMessage({ kind: 'network', network: intent })];
  }

  #say(portId: PortId, { own, network }: Intents): readonly string[] {
    const networkId = network.networkId as NetworkId;
    const before = this.#ports.get(portId);
    const isNamed = typeof before === 'object' && before.networkId === networkId;
    if (!isNamed) this.#hold(networkId);
    const content = ownContent(this.tellsBindings ? own : { ...own, boundAddresses: [] });
    const digest = digestOf(content);
    const frames = [...this.newsOfNetwork(network)];
    if (!isNamed || before.digest !== digest) frames.push(encodeIntentMessage(content, own.revision));
    this.#ports.set(portId, { digest, networkId });
    return isNamed ? frames : [...frames, ...this.#release(before)];
  }

  #withdraw(portId: PortId): readonly string[] {
    const before = this.#ports.get(portId);
    if (before === withdrawn) return [];
    this.#ports.set(portId, withdrawn);
    return [encodeControllerMessage({ kind: 'withdraw', portId }), ...this.#release(before)];
  }

  /** One port more names the network. */
  #hold(networkId: NetworkId): void {
    const told = this.#networks.get(networkId) ?? { digest: '', ports: 0 };
    told.ports += 1;
    this.#networks.set(networkId, told);
  }

  /** The port names its network no more. */
  #release(port: ToldPort | typeof withdrawn | undefined): readonly string[] {
    if (typeof port !== 'object') return [];
    const { networkId } = port;
    const told = this.#networks.get(networkId);
    if (!told) return [];
    told.ports -= 1;
    if (told.ports > 0) return [];
    this.#networks.delete(networkId);
    return [encodeControllerMessage({ kind: 'withdraw-network', networkId })];
  }
}

/** Keeps of a text what tells it from others: the texts of all ports would fill the memory. */
function digestOf(text: string): string {
  return hash('sha256', text, 'base64');
}

const networkDigests = new WeakMap<NetworkIntent, string>();

/** Made once, for all agents that are told the network. */
function digestOfNetwork(intent: NetworkIntent): string {
  const digest = networkDigests.get(intent) ?? digestOf(networkContent(intent));
  networkDigests.set(intent, digest);
  return digest;
}
