import {
  type Clock,
  errorFields,
  type Log,
  type Milliseconds,
  milliseconds,
  type SparingLog,
  shareTurns,
  sparingLog,
} from '../base/index.ts';
import { closeCodes, type FeedPeer, type Hello } from '../feed/index.ts';
import type { NetworkId, PortId } from '../resources/index.ts';
import { type Changes, type Store, StoreUnavailable } from '../store/index.ts';
import { Admission, type Refusal } from './admission.ts';
import type { FeedSocket } from './feed-socket.ts';
import { Granter } from './granter.ts';
import { type AdvertisingSettings, defaultAdvertising, networkIntentMaker } from './intent.ts';
import { PluggedPorts } from './plugged-ports.ts';
import { Recorder } from './recorder.ts';
import { Session, type SessionParts } from './session.ts';
import { Sweeper } from './sweeper.ts';
import { Teller } from './teller.ts';

/** The store behind the feed, its limits, and the callback for wired ports. */
export interface HostFeedOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly advertising?: AdvertisingSettings;
  /** Sessions of all hosts at a time. Default 5,000. */
  readonly mostSessions?: number;
  /** Runs when a host has wired or unwired ports: their status must be derived again. */
  readonly onWiring: (portIds: readonly PortId[]) => void;
}

/** Where the feed stands, for health and metrics. */
export interface HostFeedProgress {
  readonly hosts: readonly string[];
  readonly pluggedPorts: number;
  readonly intentsSent: number;
}

/** Signs of life are written this often: each is a write to the database, and `agent_down_time` is 75 s. */
const heartbeatWritePause = milliseconds(25_000);

/** Pause before the store is read again after it could not be: a database that is back is seen soon. */
const retryPause = milliseconds(250);

/**
 * A session that has ended another one of its host is not ended by a third for so long. An agent that lost its connection
 * comes back after 15 s of silence; two agents of one name would end each other's sessions several times a second.
 */
const takeoverPause = milliseconds(30_000);

/** All agents' sessions, and what the store's changes mean for them. */
export class HostFeed {
  readonly #options: HostFeedOptions;
  readonly #log: SparingLog;
  readonly #admission: Admission;
  readonly #teller: Teller;
  readonly #recorder: Recorder;
  readonly #granter: Granter;
  readonly #sweeper: Sweeper;
  readonly #parts: SessionParts;
  readonly #plugged = new PluggedPorts<Session>();
  readonly #open = new Set<Session>();
  /** The session that is served, of each host. */
  readonly #sessions = new Map<string, Session>();
  readonly #tookOverAt = new WeakMap<Session, Milliseconds>();
  readonly #heartbeatWrittenAt = new Map<string, Milliseconds>();
  #revision = 0;
  #stopFollowing: (() => void) | undefined;
  #following: Promise<void> | undefined;
  #isBehind = false;
  #intentsSent = 0;

  constructor(options: HostFeedOptions) {
    this.#options = options;
    const { store, clock, log, advertising = defaultAdvertising, mostSessions, onWiring } = options;
    this.#log = sparingLog({ log, clock });
    this.#admission = new Admission({ clock, log: this.#log, ...(mostSessions !== undefined && { mostSessions }) });
    this.#teller = new Teller({ store, clock, log });
    this.#recorder = new Recorder({ store, clock, onWiring });
    this.#granter = new Granter({ store, clock, log });
    this.#sweeper = new Sweeper({ store, clock, log });
    this.#parts = {
      clock,
      turn: shareTurns(),
      teller: this.#teller,
      recorder: this.#recorder,
      granter: this.#granter,
      plugged: this.#plugged,
      networkIntent: networkIntentMaker(advertising),
      wiredBy: (host) => store.reader.observed.wiredBy(host),
      onIntents: (count) => {
        this.#intentsSent += count;
      },
    };
  }

  /** Follows the store from here on. */
  start(): void {
    this.#stopFollowing = this.#options.store.onCommit((revision) => {
      // A session that comes later reads what is committed then.
      if (this.#sessions.size === 0) this.#revision = revision;
      else this.#follow();
    });
    this.#sweeper.start();
  }

  async stop(): Promise<void> {
    this.#stopFollowing?.();
    this.#stopFollowing = undefined;
    this.#recorder.stop();
    await Promise.all([...this.#open].map((session) => session.end()));
    await Promise.all([this.#granter.stop(), this.#sweeper.stop()]);
    await this.#teller.stop();
    await this.#following;
  }

  /** Why a host that proved who it is may not open a session now; undefined: it may. */
  refusal({ host }: FeedPeer): Refusal | undefined {
    return this.#admission.refusal(host);
  }

  /** Somebody came without the token of the host that he says he is. */
  noteStranger(address: string | undefined): void {
    this.#log.warn('stranger', { address }, 'feed: connection without the right token refused');
  }

  /** A host that proved who it is has opened a session. */
  open(peer: FeedPeer, socket: FeedSocket): Session {
    const leave = this.#admission.enter(peer.host);
    const session = new Session({
      peer,
      socket,
      log: this.#options.log.child({ host: peer.host }),
      parts: this.#parts,
      onHello: (greeted, hello) => this.#greet(greeted, hello),
      onAlive: (hello) => this.#recordLife(hello, false),
      onViolation: (reason) => this.#admission.punish(peer.host, reason),
      onEnd: (ended) => {
        leave();
        this.#open.delete(ended);
        if (this.#sessions.get(peer.host) === ended) this.#sessions.delete(peer.host);
      },
    });
    this.#open.add(session);
    return session;
  }

  progress(): HostFeedProgress {
    const sessions = [...this.#sessions.values()];
    return {
      hosts: [...this.#sessions.keys()].sort(),
      pluggedPorts: sessions.reduce((sum, { pluggedCount }) => sum + pluggedCount, 0),
      intentsSent: this.#intentsSent,
    };
  }

  async #greet(session: Session, hello: Hello): Promise<void> {
    const incumbent = this.#sessions.get(hello.host);
    if (incumbent && !this.#takeOver(incumbent, session, hello.host))
      return session.refuse(closeCodes.superseded, 'another agent of this host is served');
    this.#sessions.set(hello.host, session);
    await this.#recordLife(hello, true);
  }

  #takeOver(incumbent: Session, session: Session, host: string): boolean {
    const now = this.#options.clock.now();
    this.#log.warn(`takeover ${host}`, { host }, 'feed: a second agent says that it is this host; only one is served');
    const since = this.#tookOverAt.get(incumbent);
    if (since !== undefined && now - since < takeoverPause) return false;
    this.#tookOverAt.set(session, now);
    incumbent.refuse(closeCodes.superseded, 'another session of this host took over');
    return true;
  }

  async #recordLife(hello: Hello, isStart: boolean): Promise<void> {
    const at = this.#options.clock.now();
    const writtenAt = this.#heartbeatWrittenAt.get(hello.host);
    if (!isStart && writtenAt !== undefined && at - writtenAt < heartbeatWritePause) return;
    this.#heartbeatWrittenAt.set(hello.host, at);
    await this.#recorder.record({ kind: 'alive', host: hello.host, heartbeat: { hello, at, isStart } });
  }

  /** One look at a time; commits that come meanwhile are one more look. */
  #follow(): void {
    if (!this.#stopFollowing) return;
    this.#isBehind = true;
    this.#following ??= this.#catchUp().finally(() => {
      this.#following = undefined;
      if (this.#isBehind) this.#follow();
    });
  }

  async #catchUp(): Promise<void> {
    const { store, clock, log } = this.#options;
    this.#isBehind = false;
    try {
      const changes = await store.outbox.changesSince(this.#revision);
      this.#revision = changes?.revision ?? (await store.snapshot(async ({ revision }) => revision));
      if (changes) this.#markChanged(changes);
      else for (const session of this.#sessions.values()) this.#teller.mark(session, { portIds: session.pluggedPorts });
    } catch (error) {
      // Of a database that is away, the store tells.
      if (!(error instanceof StoreUnavailable))
        log.warn(errorFields(error), 'feed: reading changes failed, to be tried again');
      clock.after(retryPause, () => this.#follow());
    }
  }

  /** A changed network is told to each host that has one of its ports plugged. */
  #markChanged({ keys, revision }: Changes): void {
    const idsOf = (wanted: string) => keys.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
    for (const portId of idsOf('port') as PortId[])
      for (const session of this.#plugged.of(portId)) this.#teller.mark(session, { portIds: [portId] });
    for (const [networkId, portIds] of this.#plugged.on(idsOf('network') as NetworkId[], revision))
      for (const portId of portIds)
        for (const session of this.#plugged.of(portId)) this.#teller.mark(session, { networkIds: [networkId] });
  }
}
