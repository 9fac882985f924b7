import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { type Backoff, exponentialBackoff, milliseconds, partsOf } from '../../base/index.ts';
import {
  type AgentMessage,
  encodeAgentMessage,
  feedHeaders,
  feedPath,
  feedProtocolVersion,
  heartbeatInterval,
  mostClaims,
  silenceLimit,
} from '../../feed/index.ts';
import type { NetworkIntent, OwnIntent } from '../../firsthop/index.ts';
import { formatAddress, type Prefix, parsePrefix } from '../../ip/index.ts';

/** A host, and the ports that are plugged into it. */
export interface SimulatedHostPlan {
  readonly name: string;
  readonly portIds: readonly string[];
}

/** The host to simulate, where its controller is, and the callbacks for its progress. */
export interface SimulatedHostOptions extends SimulatedHostPlan {
  /** `http://host:port` of a controller. */
  readonly endpoint: string;
  readonly token: string;
  /** A session has begun. */
  onSession(): void;
  /** So many ports were told of, by their own intents or by their network's. */
  onTold(ports: number): void;
  /** The controller has told all that it has to tell of the ports, for the first time in this session. */
  onSynced(): void;
  /** A session has ended, or could not begin. */
  onEnd(reason: string): void;
  /** A claim of {@link SimulatedHost.claim} was granted, or refused. */
  onAnswer(claim: string, isGranted: boolean): void;
}

/** As much of a network as a simulated host reads, as it stands in a message. */
interface ToldNetwork extends Pick<NetworkIntent, 'networkId' | 'revision'> {
  readonly subnets: readonly { readonly prefix: string; readonly autonomous: boolean }[];
}

/** The same of a port. */
interface ToldPort extends Pick<OwnIntent, 'portId' | 'networkId' | 'revision'> {
  readonly boundAddresses?: readonly string[];
}

/** The address that the guest of a port makes. */
export function guestAddress(portId: string): string {
  return `fe80::${portId.slice(0, 4)}:${portId.slice(4, 8)}`;
}

/** As long as an agent needs for the flows of its ports, about. */
const wiringTime = milliseconds(50);

/** As the agents' reporter: what was heard waits for company. */
const reportTime = milliseconds(200);

/**
 * A host as the controller sees it: it says hello and names its ports, says that it wired what it is told, with the revision, then
 * which addresses its guests want; it sends its beats and comes back as agents do. It has no switch, and
 * looks into intents for addresses alone.
 */
export class SimulatedHost {
  readonly #options: SimulatedHostOptions;
  /** Revisions, by port. As a real agent's, they outlive the session. */
  readonly #wired = new Map<string, number>();
  /** The ports whose intents name a network, by its id. */
  readonly #networks = new Map<string, Set<string>>();
  readonly #backoff: Backoff = exponentialBackoff({ first: milliseconds(100), ceiling: milliseconds(2_000) });
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Where the guests of a network make addresses, by its id. */
  readonly #prefixes = new Map<string, Prefix>();
  readonly #networkOf = new Map<string, string>();
  /** Claims that are not answered yet. */
  readonly #claims = new Set<string>();
  #nextPort = 0;
  /** Ports that the controller has yet to answer for in this session. */
  #unanswered = new Set<string>();
  #gathered = new Map<string, number>();
  #socket: WebSocket | undefined;
  #heardAt = 0;
  #isSynced = false;
  #isOver = false;

  constructor(options: SimulatedHostOptions) {
    this.#options = options;
    this.#dial();
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Has the guest of one port after another ask for an address that nobody has, and answers the name of the claim. */
  claim(): string {
    const { portIds } = this.#options;
    const portId = portIds[this.#nextPort % portIds.length] ?? '';
    this.#nextPort += 1;
    const prefix = this.#prefixes.get(this.#networkOf.get(portId) ?? '');
    if (!prefix) throw new Error(`port ${portId} was not told of a prefix to make addresses in`);
    const value = prefix.address.value | BigInt(`0x${randomBytes(8).toString('hex')}`);
    const address = formatAddress({ family: 6, value });
    const claim = `${portId} ${address}`;
    this.#claims.add(claim);
    this.#say({ kind: 'claim', claims: [{ portId, address }] });
    return claim;
  }

  #answer(portId: string, address: string, isGranted: boolean): void {
    const claim = `${portId} ${address}`;
    if (this.#claims.delete(claim)) this.#options.onAnswer(claim, isGranted);
  }

  close(): void {
    this.#isOver = true;
    this.#clearTimers();
    this.#socket?.terminate();
  }

  #dial(): void {
    const { endpoint, name, token } = this.#options;
    const socket = new WebSocket(new URL(feedPath, endpoint.replace(/^http/, 'ws')), {
      headers: feedHeaders(name, token),
      handshakeTimeout: 5_000,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    socket.on('open', () => this.#greet());
    socket.on('pong', () => this.#hear());
    socket.on('message', (data) => this.#take(String(data)));
    // After an error comes a close. The error says why, and the close of a socket that never opened says nothing.
    let failure: string | undefined;
    socket.on('error', (error) => {
      failure = error.message;
    });
    socket.on('close', (code, reason) => this.#end(failure ?? `${code} ${reason.toString('utf8')}`.trim()));
  }

  #greet(): void {
    const { name, portIds, onSession } = this.#options;
    this.#hear();
    this.#unanswered = new Set(portIds);
    this.#networks.clear();
    onSession();
    const configuration = { bridge: 'br-hop', 'integration-bridge': 'br-int' };
    this.#say({ kind: 'hello', protocolVersion: feedProtocolVersion, host: name, agentVersion: '0', configuration });
    this.#say({ kind: 'plugged', ports: portIds.map((portId) => ({ portId, interfaceName: 'tap0' })) });
    const wirings = [...this.#wired].map(([portId, revision]) => ({ portId, revision }));
    if (wirings.length > 0) {
      this.#say({ kind: 'wired', ports: wirings });
      this.#reportSoon([...this.#wired.keys()], []);
    }
    this.#beat();
  }

  #take(frame: string): void {
    this.#hear();
    this.#backoff.reset();
    const message = JSON.parse(frame);
    if (message.kind === 'network') this.#takeNetwork(message.network);
    if (message.kind === 'intent') this.#takeIntent(message.intent);
    if (message.kind === 'refused')
      for (const { portId, address } of message.refusals) this.#answer(portId, address, false);
    if (message.kind === 'withdraw-network') this.#networks.delete(message.networkId);
    if (message.kind === 'withdraw') this.#forget(message.portId);
    if (message.kind !== 'synced' || this.#unanswered.size > 0 || this.#isSynced) return;
    this.#isSynced = true;
    this.#options.onSynced();
  }

  #takeNetwork({ networkId, revision, subnets }: ToldNetwork): void {
    const autonomous = subnets.find((subnet) => subnet.autonomous);
    const prefix = autonomous && parsePrefix(autonomous.prefix);
    if (prefix) this.#prefixes.set(networkId, prefix);
    const ports = this.#networks.get(networkId) ?? new Set();
    this.#networks.set(networkId, ports);
    this.#options.onTold(ports.size);
    for (const portId of ports) this.#wireSoon(portId, revision);
  }

  #takeIntent({ portId, networkId, revision, boundAddresses = [] }: ToldPort): void {
    this.#networkOf.set(portId, networkId);
    for (const address of boundAddresses) this.#answer(portId, address, true);
    const ports = this.#networks.get(networkId);
    if (!ports) throw new Error(`the intent of port ${portId} names a network that was not told`);
    ports.add(portId);
    this.#options.onTold(1);
    this.#unanswered.delete(portId);
    this.#wireSoon(portId, revision);
  }

  #forget(portId: string): void {
    this.#unanswered.delete(portId);
    for (const ports of this.#networks.values()) ports.delete(portId);
  }

  #wireSoon(portId: string, revision: number): void {
    this.#gathered.set(portId, revision);
    if (this.#gathered.size > 1) return;
    this.#later(wiringTime, () => {
      const fresh = [...this.#gathered].filter(([id]) => !this.#wired.has(id)).map(([id]) => id);
      for (const [id, wiredRevision] of this.#gathered) this.#wired.set(id, wiredRevision);
      const ports = [...this.#gathered].map(([id, wiredRevision]) => ({ portId: id, revision: wiredRevision }));
      this.#gathered = new Map();
      this.#say({ kind: 'wired', ports });
      if (fresh.length > 0) this.#reportSoon(fresh, fresh);
    });
  }

  /** On one port in ten something was dropped; each new guest makes one address, for which its host asks. */
  #reportSoon(portIds: readonly string[], newIds: readonly string[]): void {
    this.#later(reportTime, () => {
      const claims = newIds.map((portId) => ({ portId, address: guestAddress(portId) }));
      for (const some of partsOf(claims, mostClaims)) this.#say({ kind: 'claim', claims: [...some] });
      const dropping = portIds.filter((_, index) => index % 10 === 0);
      const drops = dropping.map((portId) => ({ portId, reason: 'rogue-ra', packets: 3 }));
      this.#say({ kind: 'report', sentAt: Date.now(), leases: [], drops });
    });
  }

  #beat(): void {
    this.#later(heartbeatInterval, () => {
      if (Date.now() - this.#heardAt > silenceLimit) this.#socket?.terminate();
      this.#say({ kind: 'heartbeat' });
      if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.ping();
      this.#beat();
    });
  }

  #end(reason: string): void {
    this.#clearTimers();
    this.#gathered = new Map();
    this.#isSynced = false;
    if (this.#isOver) return;
    this.#options.onEnd(reason);
    this.#later(this.#backoff.next(), () => this.#dial());
  }

  #hear(): void {
    this.#heardAt = Date.now();
  }

  #say(message: AgentMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encodeAgentMessage(message));
  }

  #later(delay: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, delay);
    this.#timers.add(timer);
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
