import { type Clock, type Log, oneTurn, takeTurns, type Uuid } from '../base/index.ts';
import type { Cookie, FlowSync, FlowText, Meters } from '../openflow/index.ts';
import type { Operation } from '../ovsdb/index.ts';
import { Complaints } from './complaints.ts';
import type { IntentBook } from './intent-book.ts';
import type { LocalDatabase } from './local-database.ts';
import { NetworkFlows } from './network-flows.ts';
import { connectPatch, createHopBridge, disconnectPatch, secureHopBridge } from './patch.ts';
import { decideWiring, isConnected, type ServedPort, uuidCookie, type WiringPlan } from './plan.ts';
import { isMetered, metersOf, withMeters } from './port-meters.ts';
import { type RetryLater, retryLater } from './retry-later.ts';
import { type RunAgain, runAgain } from './run-again.ts';
import {
  type BridgeNames,
  type BridgeView,
  listLinksUp,
  type PluggedInterface,
  type RootView,
  readSwitch,
  type SwitchView,
} from './switch-view.ts';

/** The switch's database and flows, the intents, and how they become flows. */
export interface WiringOptions {
  readonly names: BridgeNames;
  readonly database: LocalDatabase;
  readonly flows: FlowSync;
  readonly meters: Pick<Meters, 'ensure' | 'retain'>;
  readonly book: IntentBook;
  readonly compile: (port: ServedPort) => readonly FlowText[];
  /** The flows that these ports, all of one network, share. */
  readonly compileNetwork: (ports: readonly ServedPort[], cookie: Cookie) => readonly FlowText[];
  readonly log: Log;
  readonly clock: Clock;
  readonly listener: WiringListener;
}

/** What the rest of the agent hears. */
export interface WiringListener {
  /** Once, after the first look at the switch: `plugged` says all there is from now on. */
  looked(): void;
  /** Interfaces came to, or left, the hop bridge. */
  plugged(ports: readonly PluggedInterface[]): void;
  unplugged(portIds: readonly Uuid[]): void;
  /**
   * The port is to be served. Its flows come next; after a restart of this process they stand already, and what they
   * send here can be answered while a hundred ports' flows are being replaced.
   */
  known(port: ServedPort): void;
  /** The port's flows are in place, for the first time or after a change of its intent or of its place. */
  served(port: ServedPort): void;
  /** The guest has come up since its port was served, and has heard nothing yet. */
  linkUp(portId: Uuid): void;
  /** Nothing passes there any more. */
  released(portId: Uuid): void;
  /** Flows and patch are in place, and show this revision. */
  wired(ports: readonly { readonly portId: Uuid; readonly revision: number }[]): void;
  unwired(portIds: readonly Uuid[]): void;
}

/**
 * Brings the switch to what the intents say, whenever either changes. One pass: look, decide, flows, patches, report.
 * Flows come first, so that whatever can pass is checked from its first packet on; what goes away loses its flows
 * before its patch. A pass takes no hint of what changed; one that finds everything in place writes nothing.
 */
export class Wiring {
  readonly #options: WiringOptions;
  readonly #known = new Set<Uuid>();
  readonly #served = new Map<Uuid, ServedPort>();
  readonly #wired = new Map<Uuid, number>();
  /** Left alone by the last pass, with whatever flows an earlier process gave them. */
  #retained: ReadonlySet<Uuid> = new Set();
  /** Plugged ports without an intent, whose flows were taken away. */
  #denied: ReadonlySet<Uuid> = new Set();
  #plugged: ReadonlyMap<Uuid, PluggedInterface> = new Map();
  #linksUp: ReadonlySet<Uuid> = new Set();
  #hasLooked = false;
  /** How much ovs-vswitchd must have done before flows will stay. */
  #awaited = 0;
  readonly #networks: NetworkFlows;
  readonly #complaints: Complaints;
  readonly #retry: RetryLater;
  readonly #runner: RunAgain;
  readonly #unsubscribe: () => void;

  constructor(options: WiringOptions) {
    this.#options = options;
    this.#networks = new NetworkFlows({ flows: options.flows, compile: options.compileNetwork });
    this.#complaints = new Complaints(options.log);
    this.#runner = runAgain(() => this.#pass());
    this.#retry = retryLater(options.clock, this.#runner.wake);
    this.#unsubscribe = options.database.replica.subscribe(this.#runner.wake);
    this.#runner.wake();
  }

  get served(): ReadonlyMap<Uuid, ServedPort> {
    return this.#served;
  }

  /** Revision by port. */
  get wired(): ReadonlyMap<Uuid, number> {
    return this.#wired;
  }

  get plugged(): ReadonlyMap<Uuid, PluggedInterface> {
    return this.#plugged;
  }

  /** Something may have changed. */
  wake(): void {
    this.#runner.wake();
  }

  stop(): Promise<void> {
    this.#unsubscribe();
    this.#retry.stop();
    return this.#runner.stop();
  }

  async #pass(): Promise<void> {
    const { database, names, book, meters } = this.#options;
    if (!database.replica.complete) return;
    const view = readSwitch(database.replica, names);
    if (!view.integration || !view.root) return this.#complaints.missingBridge(names.integration);
    if (!view.hop) return this.#write(createHopBridge(names.hop, view.root, view.integration));
    if (!view.hop.isSecure) return this.#secure(view.hop, view.root);
    if (view.root.done < this.#awaited) return;
    this.#followPlugged(view);
    this.#followLinks();
    const decided = decideWiring({
      view,
      findIntent: (portId) => book.find(portId),
      isRefused: (portId) => book.isRefused(portId),
    });
    this.#complaints.about(decided.unknown, view.duplicates);
    const plan = await this.#meter(decided);
    const inPlace = await this.#installFlows(plan);
    await meters.retain(new Set([...plan.serve.values()].flatMap(metersOf).map(({ id }) => id)));
    await this.#write(patchOperations(plan, view, inPlace));
    this.#followWired(plan, view, inPlace);
  }

  /** ovs-vswitchd flushes all flows when it hears of the new mode, so they are installed after it has. */
  #secure(hop: BridgeView, root: RootView): Promise<void> {
    this.#awaited = root.requested + 1;
    this.#options.flows.invalidate();
    return this.#write(secureHopBridge(hop, root));
  }

  #followPlugged({ plugged }: SwitchView): void {
    const { listener, book } = this.#options;
    const arrived = [...plugged.values()].filter((port) => !this.#plugged.has(port.portId));
    const left = [...this.#plugged.keys()].filter((portId) => !plugged.has(portId));
    this.#plugged = plugged;
    for (const portId of [...book.portIds(), ...left]) if (!plugged.has(portId)) book.forget(portId);
    if (left.length > 0) listener.unplugged(left);
    if (arrived.length > 0) listener.plugged(arrived);
    if (!this.#hasLooked) listener.looked();
    this.#hasLooked = true;
  }

  /** Ports that this pass is going to serve hear of it by that. */
  #followLinks(): void {
    const { database, names, listener } = this.#options;
    const up = listLinksUp(database.replica, names);
    for (const portId of up) if (!this.#linksUp.has(portId) && this.#served.has(portId)) listener.linkUp(portId);
    this.#linksUp = up;
  }

  /** Flows that name a meter are refused before it is there; a guest is better off without one than without flows. */
  async #meter(plan: WiringPlan): Promise<WiringPlan> {
    const ports = [...plan.serve.values()];
    if (!(await this.#options.meters.ensure(ports.flatMap(metersOf)))) return plan;
    return { ...plan, serve: new Map(ports.map((port) => [port.intent.portId, withMeters(port)])) };
  }

  /** Answers the ports whose flows are in place. A network that changes is all its ports: guests' packets come in between. */
  async #installFlows(plan: WiringPlan): Promise<readonly ServedPort[]> {
    const { flows, listener } = this.#options;
    const turn = takeTurns(oneTurn);
    const released = this.#decideReleased(plan);
    const changed = [...plan.serve.values()].filter((port) => !isSamePlace(port, this.#served.get(port.intent.portId)));
    for (const portId of plan.retain) flows.retain(uuidCookie(portId));
    for (const portId of released) flows.remove(uuidCookie(portId));
    for (const port of changed) {
      this.#compile(port);
      await turn();
    }
    if (changed.length + released.length > 0 || !this.#networks.isInPlace) this.#networks.follow(plan.serve.values());
    const failures = await flows.flush();
    this.#networks.settle(failures);
    if (failures.size > 0) this.#retry.later();
    else this.#retry.reset();
    this.#retained = new Set(plan.retain);
    this.#denied = new Set(plan.unknown.map(({ portId }) => portId));
    for (const portId of released) {
      this.#served.delete(portId);
      if (this.#known.delete(portId)) listener.released(portId);
    }
    for (const port of changed) {
      if (failures.has(port.cookie)) continue;
      this.#served.set(port.intent.portId, port);
      listener.served(port);
      await turn();
    }
    return [...plan.serve.values()].filter(({ cookie }) => !failures.has(cookie));
  }

  #compile(port: ServedPort): void {
    const { flows, compile, listener } = this.#options;
    this.#known.add(port.intent.portId);
    listener.known(port);
    flows.set(port.cookie, compile(port));
  }

  /** Ports that may have flows and should have none. */
  #decideReleased({ serve, retain, unknown }: WiringPlan): readonly Uuid[] {
    const fresh = unknown.map(({ portId }) => portId).filter((portId) => !this.#denied.has(portId));
    const holders = new Set([...this.#known, ...this.#retained, ...fresh]);
    return [...holders].filter((portId) => !serve.has(portId) && !retain.includes(portId));
  }

  async #write(operations: readonly Operation[]): Promise<void> {
    if (operations.length === 0) return;
    const answer = await this.#options.database.transact(operations);
    if (answer.ok) return;
    this.#options.log.warn({ error: answer.error }, 'wiring: the local database refused a change');
    this.#retry.later();
  }

  #followWired(plan: WiringPlan, view: SwitchView, inPlace: readonly ServedPort[]): void {
    const { listener } = this.#options;
    const connected = inPlace.filter((port) => isConnected(port, view.patches.get(port.intent.portId)));
    const wired = new Map(connected.map(({ intent }) => [intent.portId, intent.revision]));
    const lost = [...this.#wired.keys()].filter((portId) => !wired.has(portId) && !plan.retain.includes(portId));
    const gained = [...wired].filter(([portId, revision]) => this.#wired.get(portId) !== revision);
    for (const portId of lost) this.#wired.delete(portId);
    for (const [portId, revision] of gained) this.#wired.set(portId, revision);
    if (lost.length > 0) listener.unwired(lost);
    if (gained.length > 0) listener.wired(gained.map(([portId, revision]) => ({ portId, revision })));
  }
}

function isSamePlace(port: ServedPort, other: ServedPort | undefined): boolean {
  if (port.intent !== other?.intent || isMetered(port) !== isMetered(other)) return false;
  return port.guestPort === other.guestPort && port.patchPort === other.patchPort;
}

function patchOperations(plan: WiringPlan, view: SwitchView, inPlace: readonly ServedPort[]): readonly Operation[] {
  const { hop, integration, patches } = view;
  if (!hop || !integration) return [];
  const unmade = inPlace.filter(({ intent }) => {
    const patch = patches.get(intent.portId);
    return intent.adminStateUp && !(patch?.hop && patch.integration);
  });
  return [
    ...plan.disconnect.flatMap((patch) => disconnectPatch(patch, hop, integration)),
    ...unmade.flatMap(({ plugged, patchPort }) =>
      connectPatch({ plugged, leftover: patches.get(plugged.portId), hop, integration, openFlowPort: patchPort }),
    ),
  ];
}
