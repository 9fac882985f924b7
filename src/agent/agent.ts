import { readFile } from 'node:fs/promises';
import manifest from '../../package.json' with { type: 'json' };
import { assertNever, type Clock, isUuid, type Log, systemClock, type Uuid } from '../base/index.ts';
import { type ControllerMessage, feedProtocolVersion, type PluggedPort } from '../feed/index.ts';
import { compileBridge, learnedTables } from '../firsthop/index.ts';
import { FlowSync, type OpenFlowSession, openSession, visitFlows } from '../openflow/index.ts';
import { Advertiser } from './advertiser.ts';
import { type IntentCache, intentCache } from './cache.ts';
import { type FeedClient, openFeed } from './feed-client.ts';
import { advertise, answer, bridgeCookie, compile, Observer } from './first-hop.ts';
import { IntentBook } from './intent-book.ts';
import { type LocalDatabase, openLocalDatabase } from './local-database.ts';
import type { AgentOptions } from './options.ts';
import type { ServedPort } from './plan.ts';
import { type PortObservation, Reporter } from './reporter.ts';
import { Responder } from './responder.ts';
import type { PluggedInterface } from './switch-view.ts';
import { Wiring } from './wiring.ts';

/** The first hop of every port that is plugged on this host. */
export interface Agent {
  /** Ends the process' part only: flows, patches and leases stay as they are, and guests notice nothing. */
  stop(): Promise<void>;
}

/** Starts from the cache, whether or not a controller answers; the feed corrects it. */
export async function startAgent(options: AgentOptions, log: Log, clock: Clock = systemClock): Promise<Agent> {
  const token = (await readFile(options.tokenFile, 'utf8')).trim();
  const cache = intentCache(options.stateDirectory, log);
  const book = new IntentBook(await cache.load(), cache);
  return new RunningAgent({ options, token, cache, book, log, clock });
}

interface Parts {
  readonly options: AgentOptions;
  readonly token: string;
  readonly cache: IntentCache;
  readonly book: IntentBook;
  readonly log: Log;
  readonly clock: Clock;
}

/** Joins the parts: what one of them says is what another hears. */
class RunningAgent implements Agent {
  readonly #parts: Parts;
  readonly #database: LocalDatabase;
  readonly #flows: FlowSync;
  readonly #wiring: Wiring;
  readonly #advertiser: Advertiser;
  readonly #responder: Responder;
  readonly #reporter: Reporter;
  readonly #session: OpenFlowSession;
  /** Opened after the first look: the first thing that a controller hears is every port that is plugged. */
  #feed: FeedClient | undefined;
  /** What this session was greeted with: until `synced`, the controller has yet to answer for these. */
  #greeted: readonly Uuid[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    const { options, log, clock } = parts;
    const send = (port: ServedPort, frame: Uint8Array) => void this.#session.packetOut(port.guestPort, frame);
    this.#database = openLocalDatabase(options.ovsdb, { log, clock });
    this.#flows = new FlowSync({ target: this.#target, learnedTables, log });
    this.#flows.set(bridgeCookie, compileBridge(bridgeCookie));
    this.#advertiser = new Advertiser({ clock, random: Math.random, compose: advertise, send });
    this.#reporter = new Reporter({
      clock,
      observe: () => this.#observe(),
      send: (message) => this.#feed?.send(message),
    });
    this.#responder = new Responder({ clock, answer, send, onLease: (lease) => this.#reporter.lease(lease) });
    this.#wiring = this.#startWiring();
    this.#session = openSession({
      socketPath: options.managementSocket,
      log,
      clock,
      onUp: () => {
        this.#flows.invalidate();
        this.#wiring.wake();
      },
      onPacketIn: (packet) => this.#responder.hear(packet),
    });
  }

  async stop(): Promise<void> {
    this.#feed?.close();
    this.#session.close();
    this.#advertiser.stop();
    this.#reporter.stop();
    await this.#wiring.stop();
    await this.#database.close();
    await this.#parts.cache.settled();
  }

  get #target(): string {
    return `unix:${this.#parts.options.managementSocket}`;
  }

  #startWiring(): Wiring {
    const { options, book, log, clock } = this.#parts;
    return new Wiring({
      ...{ names: options.bridges, database: this.#database, flows: this.#flows, book, compile, log, clock },
      listener: {
        looked: () => this.#openFeed(),
        plugged: (ports) => this.#feed?.send({ kind: 'plugged', ports: ports.map(describePlugged) }),
        unplugged: (portIds) => this.#feed?.send({ kind: 'unplugged', portIds: [...portIds] }),
        wired: (ports) => this.#feed?.send({ kind: 'wired', ports: [...ports] }),
        unwired: (portIds) => this.#feed?.send({ kind: 'unwired', portIds: [...portIds] }),
        served: (port) => {
          this.#responder.serve(port);
          this.#advertiser.serve(port);
        },
        released: (portId) => {
          this.#responder.release(portId);
          this.#advertiser.release(portId);
          this.#reporter.release(portId);
        },
      },
    });
  }

  #openFeed(): void {
    const { options, token, log, clock } = this.#parts;
    this.#feed = openFeed({
      ...{ controllers: options.controllers, host: options.host, token, log, clock },
      onUp: () => this.#greet(),
      onMessage: (message) => this.#hear(message),
    });
  }

  /** A new session knows nothing of us: all of the present state, then changes as they come. */
  #greet(): void {
    const { options, book } = this.#parts;
    const plugged = [...this.#wiring.plugged.values()];
    book.startSession();
    this.#greeted = plugged.map(({ portId }) => portId);
    this.#feed?.send({
      kind: 'hello',
      protocolVersion: feedProtocolVersion,
      host: options.host,
      resumeFromRevision: 0, // a full resend costs a frame per port, and can't be wrong
      agentVersion: manifest.version,
      configuration: { bridge: options.bridges.hop, 'integration-bridge': options.bridges.integration },
    });
    this.#feed?.send({ kind: 'plugged', ports: plugged.map(describePlugged) });
    const wired = [...this.#wiring.wired].map(([portId, revision]) => ({ portId, revision }));
    if (wired.length > 0) this.#feed?.send({ kind: 'wired', ports: wired });
    this.#reporter.repeat();
  }

  #hear(message: ControllerMessage): void {
    const { book } = this.#parts;
    switch (message.kind) {
      case 'intent':
        book.accept(message.intent);
        break;
      case 'withdraw':
        if (isUuid(message.portId)) book.refuse(message.portId);
        break;
      case 'synced':
        for (const portId of book.unheard(this.#greeted)) book.refuse(portId);
        this.#greeted = [];
        break;
      case 'heartbeat':
        return;
      default:
        assertNever(message);
    }
    this.#wiring.wake();
  }

  async #observe(): Promise<readonly PortObservation[] | undefined> {
    if (this.#wiring.served.size === 0) return [];
    const observer = new Observer(this.#wiring.served.values());
    const visited = await visitFlows(this.#target, (flow) => observer.visit(flow));
    return visited.ok ? observer.observations() : undefined;
  }
}

function describePlugged({ portId, interfaceName, attachedMac }: PluggedInterface): PluggedPort {
  return { portId, interfaceName, ...(attachedMac !== undefined && { attachedMac }) };
}
