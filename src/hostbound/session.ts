import { type Clock, isUuid, type Log, type Milliseconds, ok, type Timer } from '../base/index.ts';
import {
  type AgentMessage,
  type ControllerMessage,
  closeCodes,
  encodeControllerMessage,
  type FeedPeer,
  feedProtocolVersion,
  type Hello,
  heartbeatInterval,
  parseAgentMessage,
  silenceLimit,
} from '../feed/index.ts';
import type { PortId } from '../resources/index.ts';
import type { Store } from '../store/index.ts';
import { type AdvertisingSettings, isBoundTo, portIntent } from './intent.ts';
import { loadIntentWorld } from './intent-world.ts';
import { recordReport } from './report.ts';

/** The controller's end of a WebSocket, as far as a session needs it. */
export interface FeedSocket {
  send(frame: string): void;
  close(code: number, reason: string): void;
}

export interface SessionOptions {
  readonly peer: FeedPeer;
  readonly socket: FeedSocket;
  readonly store: Store;
  readonly advertising: AdvertisingSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly onHello: (session: Session, hello: Hello) => Promise<void>;
  readonly onAlive: (hello: Hello) => Promise<void>;
  readonly onWiring: (portIds: readonly PortId[]) => void;
  readonly onIntents: (count: number) => void;
  readonly onEnd: (session: Session) => void;
}

/** One agent's session: messages are worked off one after another, so that a port's revisions never go back. */
export class Session {
  readonly #options: SessionOptions;
  #hello: Hello | undefined;
  readonly #plugged = new Set<PortId>();
  /** What the agent was last told of each plugged port, without the revision: what did not change is not said again. */
  readonly #told = new Map<PortId, string>();
  /** The plugged ports of which the last word was an intent: the agent may speak of these, and of no others. */
  readonly #served = new Set<PortId>();
  #hasNamedPorts = false;
  #work: Promise<void> = Promise.resolve();
  #heardAt: Milliseconds;
  #timer: Timer;
  #isOver = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#heardAt = options.clock.now();
    this.#timer = this.#nextBeat();
  }

  get pluggedCount(): number {
    return this.#plugged.size;
  }

  /** Takes a text frame from the agent. */
  receive(frame: string): void {
    this.#heardAt = this.#options.clock.now();
    const parsed = parseAgentMessage(frame);
    if (parsed.ok) this.#enqueue(`take ${parsed.value.kind}`, () => this.#take(parsed.value));
    else this.#refuse(closeCodes.protocolViolation, `${parsed.error.at}: ${parsed.error.reason}`);
  }

  /** Looks again at the plugged ones among these ports, or at all. */
  refresh(portIds: readonly PortId[] | undefined): void {
    const affected = portIds ? portIds.filter((id) => this.#plugged.has(id)) : [...this.#plugged];
    if (affected.length > 0) this.#enqueue('refresh', () => this.#tell(affected));
  }

  /** A newer session of the same host has taken over. */
  supersede(): void {
    this.#refuse(closeCodes.superseded, 'another session of this host took over');
  }

  /** The socket has closed, or the controller stops. Resolves when nothing is under way any more. */
  async end(): Promise<void> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#timer.cancel();
      this.#options.socket.close(1001, 'going away');
      this.#options.onEnd(this);
    }
    await this.#work;
  }

  async #take(message: AgentMessage): Promise<void> {
    if (message.kind === 'hello') return this.#greet(message);
    const hello = this.#hello;
    if (!hello) return this.#refuse(closeCodes.protocolViolation, 'hello comes first');
    const { store, clock, onAlive } = this.#options;
    switch (message.kind) {
      case 'plugged':
        return this.#plug(portIdsOf(message.ports.map(({ portId }) => portId)));
      case 'unplugged':
        return this.#unplug(portIdsOf(message.portIds));
      case 'wired':
        return this.#wired(
          message.ports.flatMap(({ portId, revision }) => portIdsOf([portId]).map((id) => ({ portId: id, revision }))),
        );
      case 'unwired':
        return this.#unwired(portIdsOf(message.portIds));
      case 'report':
        return recordReport(store, message, { now: clock.now(), mayTellOf: (portId) => this.#served.has(portId) });
      case 'heartbeat':
        return onAlive(hello);
    }
  }

  async #greet(hello: Hello): Promise<void> {
    const { peer, onHello } = this.#options;
    if (this.#hello) return this.#refuse(closeCodes.protocolViolation, 'hello comes once');
    if (hello.protocolVersion !== feedProtocolVersion)
      return this.#refuse(closeCodes.unsupportedVersion, `this is version ${feedProtocolVersion}`);
    if (hello.host !== peer.host) return this.#refuse(closeCodes.protocolViolation, 'the token is of another host');
    this.#hello = hello;
    await onHello(this, hello);
  }

  /** The first time the agent names every port that it sees: what it wired before and does not see now is gone. */
  async #plug(portIds: readonly PortId[]): Promise<void> {
    for (const id of portIds) this.#plugged.add(id);
    if (!this.#hasNamedPorts) {
      this.#hasNamedPorts = true;
      await this.#forgetUnseen();
    }
    await this.#tell(portIds);
  }

  async #unplug(portIds: readonly PortId[]): Promise<void> {
    for (const id of portIds) {
      this.#plugged.delete(id);
      this.#served.delete(id);
      this.#told.delete(id);
    }
    await this.#unwired(portIds);
  }

  async #wired(ports: readonly { readonly portId: PortId; readonly revision: number }[]): Promise<void> {
    const { store, peer, onWiring } = this.#options;
    await store.write(async (unit) => ok(await unit.observed.setWired(peer.host, ports)));
    onWiring(ports.map(({ portId }) => portId));
  }

  async #unwired(portIds: readonly PortId[]): Promise<void> {
    const { store, peer, onWiring } = this.#options;
    if (portIds.length === 0) return;
    await store.write(async (unit) => ok(await unit.observed.clearWired(peer.host, portIds)));
    onWiring(portIds);
  }

  async #forgetUnseen(): Promise<void> {
    const { store, peer } = this.#options;
    const states = await store.reader.observed.portStates();
    const here = states.filter(({ wirings }) => wirings.some(({ host }) => host === peer.host));
    await this.#unwired(here.map(({ portId }) => portId).filter((id) => !this.#plugged.has(id)));
  }

  /** Says what these ports should be now, as far as the agent was told otherwise, and up to which revision that holds. */
  async #tell(portIds: readonly PortId[]): Promise<void> {
    const { store, peer, advertising, onIntents } = this.#options;
    const world = await store.snapshot((snapshot) => loadIntentWorld(snapshot, portIds));
    let count = 0;
    for (const portId of portIds) {
      if (!this.#plugged.has(portId)) continue;
      const port = world.ports.get(portId);
      const message: ControllerMessage =
        port && isBoundTo(port, peer.host)
          ? { kind: 'intent', intent: portIntent(world, port, advertising) }
          : { kind: 'withdraw', portId };
      if (this.#sendNews(portId, message)) count += 1;
    }
    this.#send({ kind: 'synced', revision: world.revision });
    onIntents(count);
  }

  #sendNews(portId: PortId, message: ControllerMessage): boolean {
    if (message.kind === 'intent') this.#served.add(portId);
    else this.#served.delete(portId);
    const timeless = message.kind === 'intent' ? { ...message, intent: { ...message.intent, revision: 0 } } : message;
    const content = encodeControllerMessage(timeless);
    if (this.#told.get(portId) === content) return false;
    this.#told.set(portId, content);
    this.#send(message);
    return true;
  }

  #send(message: ControllerMessage): void {
    if (!this.#isOver) this.#options.socket.send(encodeControllerMessage(message));
  }

  #refuse(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#options.log.warn({ code, reason }, 'feed: session refused');
    this.#options.socket.close(code, reason.slice(0, 100));
    this.#isOver = true;
    this.#timer.cancel();
    this.#options.onEnd(this);
  }

  /** A failure ends the session: the agent comes back, and a full resend is always right. */
  #enqueue(what: string, task: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#isOver) return;
      try {
        await task();
      } catch (error) {
        this.#options.log.error({ err: error, what }, 'feed: a message could not be worked off');
        this.#refuse(1011, 'internal error');
      }
    });
  }

  #nextBeat(): Timer {
    return this.#options.clock.after(heartbeatInterval, () => {
      if (this.#options.clock.now() - this.#heardAt > silenceLimit) {
        void this.end();
        return;
      }
      this.#send({ kind: 'heartbeat' });
      this.#timer = this.#nextBeat();
    });
  }
}

/** An `iface-id` may be anything that somebody wrote on the host; what is no uuid is no port of ours. */
function portIdsOf(texts: readonly string[]): readonly PortId[] {
  return texts.filter((text) => isUuid(text)).map((uuid) => uuid as PortId);
}
