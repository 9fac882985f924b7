import { readFile } from 'node:fs/promises';
import { type Clock, type Log, type Milliseconds, systemClock, type Uuid } from '../base/index.ts';
import { compileBridge, learnedTables, networkTables } from '../firsthop/index.ts';
import { FlowSync, Meters, type OpenFlowSession, openSession } from '../openflow/index.ts';
import { Advertiser } from './advertiser.ts';
import { bindingsFile } from './bindings-file.ts';
import { type IntentCache, intentCache } from './cache.ts';
import { Admissions } from './claims/admissions.ts';
import { Arrivals } from './claims/arrivals.ts';
import { Ownership } from './claims/ownership.ts';
import { Conversation, describePlugged } from './conversation.ts';
import {
  advertise,
  answer,
  bridgeCookie,
  compile,
  compileForNetwork,
  farewell,
  type PortObservation,
} from './first-hop.ts';
import { IntentBook } from './intent-book.ts';
import { type LocalDatabase, openLocalDatabase } from './local-database.ts';
import { type Metric, serveMetrics } from './metrics.ts';
import { Observation } from './observation.ts';
import type { AgentOptions } from './options.ts';
import type { ServedPort } from './plan.ts';
import { RefusalCounts } from './refusal-counts.ts';
import { Reporter } from './reporter.ts';
import { Responder } from './responder.ts';
import { type RunAgain, runAgain } from './run-again.ts';
import { Wiring, type WiringListener } from './wiring.ts';

/** The first hop of every port that is plugged on this host. */
export interface Agent {
  /** Ends the process' part only: flows, patches and leases stay as they are, and guests notice nothing. */
  stop(): Promise<void>;
}

/** Starts from the cache, whether or not a controller answers; the feed corrects it. */
export async function startAgent(options: AgentOptions, log: Log, clock: Clock = systemClock): Promise<Agent> {
  const token = (await readFile(options.tokenFile, 'utf8')).trim();
  const cache = intentCache(options.stateDirectory, log);
  const bindings = bindingsFile(options.stateDirectory, log);
  const saving = runAgain(() => bindings.save(admissions.admitted));
  const admissions = new Admissions(await bindings.load(), saving.wake);
  const book = new IntentBook(await cache.load(), cache, (intent) => admissions.apply(intent));
  const parts = { options, token, cache, book, admissions, saving, log, clock };
  const agent = new RunningAgent(parts);
  if (options.metricsSocket !== undefined) await serveMetrics(options.metricsSocket, () => agent.metrics());
  return agent;
}

interface Parts {
  readonly options: AgentOptions;
  readonly token: string;
  readonly cache: IntentCache;
  readonly book: IntentBook;
  readonly admissions: Admissions;
  /** Writes the admissions down. */
  readonly saving: RunAgain;
  readonly log: Log;
  readonly clock: Clock;
}

/** Joins the parts: what one of them says is what another hears. */
class RunningAgent implements Agent {
  readonly #parts: Parts;
  readonly #database: LocalDatabase;
  readonly #flows: FlowSync;
  readonly #session: OpenFlowSession;
  /** For what a session does to a bridge: OVN's flows are its own. */
  readonly #integration: Pick<OpenFlowSession, 'close'>;
  readonly #meters: Meters;
  readonly #wiring: Wiring;
  readonly #conversation: Conversation;
  readonly #advertiser: Advertiser;
  readonly #responder: Responder;
  readonly #reporter: Reporter;
  readonly #observation: Observation;
  readonly #ownership: Ownership;
  readonly #arrivals: Arrivals;
  readonly #refusals = new RefusalCounts();

  constructor(parts: Parts) {
    this.#parts = parts;
    const { options, log, clock } = parts;
    const target = `unix:${options.managementSocket}`;
    const send = (port: ServedPort, frame: Uint8Array) => void this.#session.packetOut(port.guestPort, frame);
    this.#database = openLocalDatabase(options.ovsdb, { log, clock });
    this.#flows = new FlowSync({ target, learnedTables, sharedTables: networkTables, log });
    this.#flows.set(bridgeCookie, compileBridge(bridgeCookie));
    this.#conversation = this.#makeConversation();
    this.#reporter = new Reporter({ clock, send: (message) => this.#conversation.send(message) });
    this.#advertiser = new Advertiser({ clock, random: Math.random, compose: advertise, farewell, send });
    this.#ownership = this.#makeOwnership(target);
    this.#arrivals = new Arrivals({ clock, announce: (portId) => this.#announce(portId) });
    this.#responder = new Responder({
      ...{ clock, log, answer, send },
      onLease: (lease) => this.#reporter.lease(lease),
      onNotice: (port, notice) => this.#ownership.notice(port, notice),
      onFlood: (portId) => this.#refusals.count(portId, 'flood'),
    });
    this.#meters = new Meters({ session: { sendAll: (requests) => this.#session.sendAll(requests) }, log });
    this.#wiring = this.#makeWiring();
    this.#session = this.#openSession();
    this.#integration = openSession({ socketPath: options.integrationSocket, log, clock });
    const served = () => this.#wiring.served;
    const onReading = (ports: readonly PortObservation[], now: Milliseconds) => this.#takeReading(ports, now);
    this.#observation = new Observation({ target, clock, log, served, onReading });
  }

  async stop(): Promise<void> {
    this.#conversation.close();
    this.#observation.stop();
    this.#advertiser.stop();
    this.#reporter.stop();
    this.#ownership.stop();
    this.#arrivals.stop();
    this.#session.close();
    this.#integration.close();
    await this.#wiring.stop();
    await this.#database.close();
    await this.#parts.cache.settled();
    await this.#parts.saving.idle();
  }

  metrics(): readonly Metric[] {
    const { answered, ignored } = this.#responder.counters;
    const gauge = (name: string, help: string, value: number): Metric => ({ name, help, kind: 'gauge', value });
    const counter = (name: string, help: string, value: number): Metric => ({ name, help, kind: 'counter', value });
    return [
      gauge('sextant_agent_ports_plugged', 'Interfaces with a port id on the hop bridge.', this.#wiring.plugged.size),
      gauge('sextant_agent_ports_wired', 'Ports whose flows and patch are in place.', this.#wiring.wired.size),
      gauge('sextant_agent_controller_connected', 'Whether a controller is heard.', this.#conversation.isUp ? 1 : 0),
      gauge('sextant_agent_switch_connected', 'Whether the switch is heard.', this.#session.isUp ? 1 : 0),
      gauge(
        'sextant_agent_claims_pending',
        'Claims that are neither granted nor refused yet.',
        this.#ownership.pending,
      ),
      counter('sextant_agent_answers_total', 'Solicitations and DHCP requests that were answered.', answered),
      counter('sextant_agent_ignored_total', 'Packets from guests that got no answer.', ignored),
      this.#dropMetric(),
      gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    ];
  }

  #dropMetric(): Metric {
    const value = [...this.#reporter.drops].map(({ portId, reason, packets }) => ({
      labels: { port: portId, reason },
      value: packets,
    }));
    return { name: 'sextant_agent_drops_total', help: 'Packets of guests that were dropped.', kind: 'counter', value };
  }

  #makeConversation(): Conversation {
    const { options, token, book, log, clock } = this.#parts;
    return new Conversation({
      ...{ options, token, book, log, clock },
      plugged: () => this.#wiring.plugged.values(),
      wired: () => this.#wiring.wired,
      greeted: () => this.#reporter.repeat(),
      synced: () => this.#ownership.settle(),
      told: (intent) => this.#ownership.told(intent),
      refused: (refusal) => this.#ownership.refused(refusal),
      heard: () => this.#wiring.wake(),
    });
  }

  #makeOwnership(target: string): Ownership {
    const { options, book, admissions, clock } = this.#parts;
    return new Ownership({
      ...{ clock, target, admissions, flows: this.#flows },
      admitsAlone: options.claimsWithoutController === 'admit',
      isOnline: () => this.#conversation.isSynced,
      served: () => this.#wiring.served,
      findIntent: (portId) => book.find(portId),
      send: (message) => this.#conversation.send(message),
      packetOut: (openFlowPort, frame) => void this.#session.packetOut(openFlowPort, frame),
      count: (portId, reason) => this.#refusals.count(portId, reason),
      changed: () => this.#wiring.wake(),
    });
  }

  #makeWiring(): Wiring {
    const { options, book, log, clock } = this.#parts;
    return new Wiring({
      ...{
        names: { hop: options.bridge, integration: options.integrationBridge },
        database: this.#database,
        flows: this.#flows,
        meters: this.#meters,
        book,
        log,
        clock,
      },
      compile,
      compileNetwork: compileForNetwork,
      listener: this.#listener(),
    });
  }

  #listener(): WiringListener {
    const conversation = this.#conversation;
    return {
      looked: () => {
        this.#forgetAdmissions(this.#parts.admissions.admitted.keys());
        this.#arrivals.looked();
        conversation.open();
      },
      plugged: (ports) => {
        this.#arrivals.plugged(ports.map(({ portId }) => portId));
        conversation.send({ kind: 'plugged', ports: ports.map(describePlugged) });
      },
      unplugged: (portIds) => conversation.send({ kind: 'unplugged', portIds: [...portIds] }),
      wired: (ports) => {
        conversation.send({ kind: 'wired', ports: [...ports] });
        for (const { portId } of ports) this.#arrivals.wired(portId);
      },
      unwired: (portIds) => conversation.send({ kind: 'unwired', portIds: [...portIds] }),
      known: (port) => this.#responder.serve(port),
      served: (port) => {
        this.#advertiser.serve(port);
        this.#ownership.serve(port);
      },
      linkUp: (portId) => this.#advertiser.remind(portId),
      released: (portId) => {
        this.#forgetAdmissions([portId]);
        const parts = [
          this.#responder,
          this.#advertiser,
          this.#reporter,
          this.#ownership,
          this.#arrivals,
          this.#refusals,
        ];
        for (const part of parts) part.release(portId);
      },
    };
  }

  #announce(portId: Uuid): void {
    const port = this.#wiring.served.get(portId);
    if (port) this.#ownership.announce(port);
  }

  /** A port that left, or is none of this host's, has no claim here. One whose interface is gone for a moment keeps its own. */
  #forgetAdmissions(portIds: Iterable<Uuid>): void {
    const { admissions, book } = this.#parts;
    const isGone = (portId: Uuid) => !this.#wiring.plugged.has(portId) || book.isRefused(portId);
    for (const portId of [...portIds]) if (isGone(portId)) admissions.release(portId);
  }

  #openSession(): OpenFlowSession {
    const { options, log, clock } = this.#parts;
    return openSession({
      ...{ socketPath: options.managementSocket, log, clock },
      onUp: () => {
        this.#meters.invalidate();
        this.#flows.invalidate();
        this.#wiring.wake();
      },
      onDown: () => {
        this.#meters.invalidate();
        this.#ownership.invalidate();
      },
      onPacketIn: (packet) => this.#responder.hear(packet),
    });
  }

  #takeReading(readings: readonly PortObservation[], now: Milliseconds): void {
    const seen = this.#ownership.observe(readings, now);
    this.#reporter.observe(
      readings.map((reading) => this.#refusals.addTo(reading)),
      seen,
    );
    this.#ownership.settle();
  }
}
