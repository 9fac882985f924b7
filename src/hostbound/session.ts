import { type Clock, errorFields, isUuid, type Log, milliseconds, type Timer } from '../base/index.ts';
import {
  type AgentMessage,
  closeCodes,
  encodeControllerMessage,
  type FeedPeer,
  feedProtocolVersion,
  type Hello,
  heartbeatInterval,
  helloLimit,
  mostPluggedPorts,
  oldestProtocolVersion,
  parseAgentMessage,
  silenceLimit,
} from '../feed/index.ts';
import type { NetworkIntent } from '../firsthop/index.ts';
import type { NetworkId, Port, PortId } from '../resources/index.ts';
import { asksOf } from './ask.ts';
import type { FeedSocket } from './feed-socket.ts';
import { GatheredReports } from './gathered-reports.ts';
import type { Asker, ClaimAnswers, Granter } from './granter.ts';
import { Inbox } from './inbox.ts';
import { type IntentWorld, isBoundTo, ownIntent } from './intent.ts';
import type { Topics } from './marks.ts';
import type { PluggedPorts } from './plugged-ports.ts';
import type { Recorder } from './recorder.ts';
import { readReport, reportOf } from './report.ts';
import type { Listener, Teller } from './teller.ts';
import { type Intents, Told } from './told.ts';

/** What all sessions share. */
export interface SessionParts {
  readonly clock: Clock;
  /** Awaited before a message is worked off. */
  readonly turn: () => Promise<void>;
  readonly teller: Teller;
  readonly recorder: Recorder;
  readonly granter: Granter;
  readonly plugged: PluggedPorts<Session>;
  readonly networkIntent: (world: IntentWorld, networkId: NetworkId) => NetworkIntent | undefined;
  /** Ports that the store has as wired by the host. */
  readonly wiredBy: (host: string) => Promise<readonly PortId[]>;
  readonly onIntents: (count: number) => void;
}

/** The connection of one agent, and the callbacks for its messages. */
export interface SessionOptions {
  readonly peer: FeedPeer;
  readonly socket: FeedSocket;
  readonly log: Log;
  readonly parts: SessionParts;
  /** May refuse the session. */
  readonly onHello: (session: Session, hello: Hello) => Promise<void>;
  readonly onAlive: (hello: Hello) => Promise<void>;
  /** The agent did what no agent does. */
  readonly onViolation: (reason: string) => void;
  readonly onEnd: (session: Session) => void;
}

/** Bytes that an agent may leave unread before it is told more. */
const mostUnread = 1_048_576;

/** An agent has so long to close its side of a session that is over. */
const closeGrace = milliseconds(2_000);

const beatsOfSilence = silenceLimit / heartbeatInterval;

/** One agent's session: messages are worked off one after another, and what ports should be comes from the teller. */
export class Session implements Listener, Asker {
  readonly #options: SessionOptions;
  #hello: Hello | undefined;
  readonly #told = new Told();
  readonly #inbox: Inbox;
  readonly #reports: GatheredReports;
  #hasSpoken = false;
  #hasNamedPorts = false;
  #isListening = true;
  #unreadBytes = 0;
  /** Beats without a word from the agent, and without it reading a byte of what waits for it. */
  #silentBeats = 0;
  #unreadBeats = 0;
  #timer: Timer;
  readonly #helloTimer: Timer;
  #isOver = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { peer, socket, log, parts } = options;
    const onFailure = (error: unknown) => {
      log.error(errorFields(error), 'feed: a message could not be worked off');
      this.refuse(1011, 'internal error');
    };
    this.#inbox = new Inbox({
      turn: parts.turn,
      workOff: (frame) => this.#read(frame),
      onFull: () => socket.pause(),
      onRoom: () => socket.resume(),
      onFailure,
    });
    this.#reports = new GatheredReports({
      clock: parts.clock,
      // A port may have been taken from the host while the report waited.
      record: (report) =>
        parts.recorder.record({
          kind: 'reported',
          host: peer.host,
          report: reportOf(report, this.#mayTellOf),
        }),
      onFailure,
    });
    this.#helloTimer = parts.clock.after(helloLimit, () => this.#expectHello());
    this.#timer = this.#nextBeat();
  }

  get host(): string {
    return this.#options.peer.host;
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get pluggedPorts(): Iterable<PortId> {
    return this.#told.portIds;
  }

  get pluggedCount(): number {
    return this.#told.size;
  }

  /** Takes a text frame from the agent. It waits for its turn as it came: as objects, frames need several times the memory. */
  receive(frame: string): void {
    if (this.#isOver) return;
    this.#hasSpoken = true;
    this.#silentBeats = 0;
    this.#inbox.add(frame);
  }

  /** Says what these ports and networks should be now, as far as the agent was told otherwise. */
  tell(world: IntentWorld, { portIds, networkIds }: Topics, isAll: boolean): void {
    if (this.#isOver) return;
    const frames = [
      ...networkIds.flatMap((id) => this.#newsOfNetwork(world, id)),
      ...portIds.flatMap((id) => this.#newsOfPort(world, id)),
    ];
    this.#options.parts.onIntents(frames.length);
    // Ports that nothing was said of by then are refused, to the agent: all that it named have to be told or marked.
    if (isAll && this.#hasNamedPorts)
      frames.push(encodeControllerMessage({ kind: 'synced', revision: world.revision }));
    this.#sendAll(frames);
    this.#watchReading();
  }

  /** An agent that leaves too much unread gets no answers either; it asks again. */
  answer({ refusals, known }: ClaimAnswers): void {
    if (this.#isOver || !this.#isListening) return;
    if (refusals.length > 0) this.#sendAll([encodeControllerMessage({ kind: 'refused', refusals })]);
    for (const portId of known) this.#told.repeat(portId);
    if (known.length > 0) this.#options.parts.teller.mark(this, { portIds: known });
    this.#watchReading();
  }

  giveUp(error: unknown): void {
    this.#options.log.error(errorFields(error), 'feed: what the ports should be could not be read');
    this.refuse(1011, 'internal error');
  }

  /** The agent did what no agent does: whatever else it says is not listened to. */
  violate(reason: string): void {
    if (this.#isOver) return;
    this.#options.onViolation(reason);
    this.refuse(closeCodes.protocolViolation, reason);
  }

  /** Ends the session from this side. An agent that does not close its own side in time is cut off. */
  refuse(code: number, reason: string): void {
    if (this.#isOver) return;
    const { socket, parts } = this.#options;
    socket.close(code, reason.slice(0, 100));
    parts.clock.after(closeGrace, () => socket.terminate());
    this.#leave();
  }

  /** The socket has closed, or the controller stops. Resolves when nothing is under way any more. */
  async end(): Promise<void> {
    this.refuse(1001, 'going away');
    await this.#inbox.close();
  }

  readonly #mayTellOf = (portId: PortId) => this.#told.isServed(portId);

  async #read(frame: string): Promise<void> {
    const parsed = parseAgentMessage(frame);
    if (parsed.ok) await this.#take(parsed.value);
    else this.violate(`${parsed.error.at}: ${parsed.error.reason}`);
  }

  async #take(message: AgentMessage): Promise<void> {
    if (message.kind === 'hello') return this.#greet(message);
    const hello = this.#hello;
    if (!hello) return this.violate('hello comes first');
    const { parts, onAlive } = this.#options;
    switch (message.kind) {
      case 'plugged':
        return this.#plug(portIdsOf(message.ports.map(({ portId }) => portId)));
      case 'unplugged':
        return this.#unplug(portIdsOf(message.portIds));
      case 'wired':
        return this.#wired(message.ports);
      case 'unwired':
        return this.#unwired(portIdsOf(message.portIds));
      case 'claim':
      case 'release':
        return parts.granter.ask(this, asksOf(message, { host: this.host, mayAskFor: this.#mayTellOf }));
      case 'report':
        await parts.granter.ask(this, asksOf(message, { host: this.host, mayAskFor: this.#mayTellOf }));
        return this.#reports.add(readReport(message, { now: parts.clock.now(), mayTellOf: this.#mayTellOf }));
      case 'heartbeat':
        return onAlive(hello);
    }
  }

  async #greet(hello: Hello): Promise<void> {
    const { peer, onHello } = this.#options;
    if (this.#hello) return this.violate('hello comes once');
    const { protocolVersion } = hello;
    if (protocolVersion > feedProtocolVersion || protocolVersion < oldestProtocolVersion)
      return this.refuse(closeCodes.unsupportedVersion, `this is version ${feedProtocolVersion}`);
    this.#told.tellsBindings = protocolVersion > 2;
    if (hello.host !== peer.host) return this.violate('the token is of another host');
    this.#hello = hello;
    await onHello(this, hello);
  }

  /** The first time the agent names every port that it sees: what it wired before and does not see now is gone. */
  async #plug(portIds: readonly PortId[]): Promise<void> {
    const { parts } = this.#options;
    for (const id of portIds) {
      this.#told.plug(id);
      parts.plugged.add(id, this);
    }
    if (this.#told.size > mostPluggedPorts) return this.violate(`more than ${mostPluggedPorts} ports are plugged`);
    if (!this.#hasNamedPorts) await this.#forgetUnseen();
    this.#hasNamedPorts = true;
    if (!this.#isOver) await parts.teller.tell(this, { portIds });
  }

  async #unplug(portIds: readonly PortId[]): Promise<void> {
    for (const id of portIds) {
      this.#sendAll(this.#told.unplug(id));
      this.#options.parts.plugged.delete(id, this);
    }
    await this.#unwired(portIds);
  }

  /** An agent may have wired before it hears that the port is not its own any more, but never what is not plugged. */
  async #wired(ports: readonly { readonly portId: string; readonly revision: number }[]): Promise<void> {
    const { peer, parts } = this.#options;
    const { host } = peer;
    const wirings = ports.flatMap(({ portId, revision }) =>
      portIdsOf([portId]).map((id) => ({ portId: id, host, revision })),
    );
    const own = wirings.filter(({ portId }) => this.#told.isPlugged(portId));
    if (own.length > 0) await parts.recorder.record({ kind: 'wired', host, wirings: own });
  }

  async #unwired(portIds: readonly PortId[]): Promise<void> {
    const { peer, parts } = this.#options;
    if (portIds.length > 0) await parts.recorder.record({ kind: 'unwired', host: peer.host, portIds });
  }

  async #forgetUnseen(): Promise<void> {
    const { peer, parts } = this.#options;
    const wired = await parts.wiredBy(peer.host);
    // A session that ended meanwhile has let go of its ports, and knows nothing of those of the next one.
    if (this.#isOver) return;
    const gone = wired.filter((id) => !this.#told.isPlugged(id));
    await this.#unwired(gone);
  }

  #newsOfNetwork(world: IntentWorld, networkId: NetworkId): readonly string[] {
    const intent = this.#options.parts.networkIntent(world, networkId);
    return intent ? this.#told.newsOfNetwork(intent) : [];
  }

  #newsOfPort(world: IntentWorld, portId: PortId): readonly string[] {
    if (!this.#told.isPlugged(portId)) return [];
    const port = world.ports.get(portId);
    if (port) this.#place(port, world.revision);
    return this.#told.newsOfPort(portId, port && this.#intentsOf(world, port));
  }

  /** Undefined: the port is none of this host's. */
  #intentsOf(world: IntentWorld, port: Port): Intents | undefined {
    const { peer, parts } = this.#options;
    if (!isBoundTo(port, peer.host)) return undefined;
    const network = parts.networkIntent(world, port.networkId);
    if (!network) throw new Error(`network ${port.networkId} of a port is not in the snapshot`);
    return { own: ownIntent(world, port), network };
  }

  /** Has it read again where a change of its network may have been missed. */
  #place({ id, networkId }: Port, revision: number): void {
    const { plugged, teller } = this.#options.parts;
    if (plugged.place(id, networkId, revision)) return;
    for (const session of plugged.of(id)) teller.mark(session, { portIds: [id] });
  }

  #sendAll(frames: readonly string[]): void {
    if (frames.length === 0) return;
    this.#options.socket.together(() => {
      for (const frame of frames) this.#send(frame);
    });
  }

  #send(frame: string): void {
    if (!this.#isOver) this.#options.socket.send(frame);
  }

  /** An agent that leaves too much unread is told nothing more until it has read all of it. */
  #watchReading(): void {
    const { socket, parts } = this.#options;
    if (!this.#isListening || socket.unreadBytes < mostUnread) return;
    this.#isListening = false;
    socket.onceRead(() => {
      this.#isListening = true;
      parts.teller.wake();
    });
  }

  #expectHello(): void {
    if (this.#hasSpoken) return;
    this.refuse(closeCodes.tooSlow, 'no hello came in time');
    this.#options.socket.terminate();
  }

  #leave(): void {
    const { parts, onEnd } = this.#options;
    this.#isOver = true;
    this.#timer.cancel();
    this.#helloTimer.cancel();
    this.#reports.stop();
    parts.teller.forget(this);
    for (const portId of this.#told.portIds) parts.plugged.delete(portId, this);
    this.#told.clear();
    void this.#inbox.close();
    onEnd(this);
  }

  /** Counts beats instead of reading the clock: a clock that is set is no silence. */
  #nextBeat(): Timer {
    return this.#options.parts.clock.after(heartbeatInterval, () => {
      const { socket } = this.#options;
      this.#silentBeats = this.#inbox.isFull ? 0 : this.#silentBeats + 1;
      this.#unreadBeats = socket.unreadBytes > 0 && socket.unreadBytes >= this.#unreadBytes ? this.#unreadBeats + 1 : 0;
      this.#unreadBytes = socket.unreadBytes;
      if (this.#silentBeats > beatsOfSilence) return this.#cut('nothing was heard');
      if (this.#unreadBeats > beatsOfSilence) return this.#cut('nothing is read');
      this.#send(encodeControllerMessage({ kind: 'heartbeat' }));
      this.#timer = this.#nextBeat();
    });
  }

  /** The peer does not answer: it is not waited for either. */
  #cut(reason: string): void {
    this.#options.log.warn({ unreadBytes: this.#unreadBytes, reason }, 'feed: session cut off');
    this.refuse(closeCodes.tooSlow, reason);
    this.#options.socket.terminate();
  }
}

/** An `iface-id` may be anything that somebody wrote on the host; what is no uuid is no port of ours. */
function portIdsOf(texts: readonly string[]): readonly PortId[] {
  return texts.filter((text) => isUuid(text)).map((uuid) => uuid as PortId);
}
