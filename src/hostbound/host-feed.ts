import { type Clock, type Log, type Milliseconds, milliseconds } from '../base/index.ts';
import type { FeedPeer, Hello } from '../feed/index.ts';
import type { PortId } from '../resources/index.ts';
import type { Store } from '../store/index.ts';
import { recordHeartbeat } from './agent-record.ts';
import { type AdvertisingSettings, defaultAdvertising } from './intent.ts';
import { type FeedSocket, Session } from './session.ts';

export interface HostFeedOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly advertising?: AdvertisingSettings;
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

/** All agents' sessions, and what the store's changes mean for them. */
export class HostFeed {
  readonly #options: HostFeedOptions;
  /** The newest session of each host. */
  readonly #sessions = new Map<string, Session>();
  readonly #heartbeatWrittenAt = new Map<string, Milliseconds>();
  #revision = 0;
  #stopFollowing: (() => void) | undefined;
  #following: Promise<void> | undefined;
  #isBehind = false;
  #intentsSent = 0;

  constructor(options: HostFeedOptions) {
    this.#options = options;
  }

  /** Follows the store from here on. */
  start(): void {
    this.#stopFollowing = this.#options.store.onCommit((revision) => {
      // A session that comes later reads what is committed then.
      if (this.#sessions.size === 0) this.#revision = revision;
      else this.#follow();
    });
  }

  async stop(): Promise<void> {
    this.#stopFollowing?.();
    this.#stopFollowing = undefined;
    await Promise.all([...this.#sessions.values()].map((session) => session.end()));
    await this.#following;
  }

  /** A host that proved who it is has opened a session. */
  open(peer: FeedPeer, socket: FeedSocket): Session {
    const { store, clock, log, advertising = defaultAdvertising, onWiring } = this.#options;
    return new Session({
      peer,
      socket,
      store,
      advertising,
      clock,
      log: log.child({ host: peer.host }),
      onHello: (session, hello) => this.#greet(session, hello),
      onAlive: (hello) => this.#recordLife(hello, false),
      onWiring,
      onIntents: (count) => {
        this.#intentsSent += count;
      },
      onEnd: (session) => {
        if (this.#sessions.get(peer.host) === session) this.#sessions.delete(peer.host);
      },
    });
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
    this.#sessions.get(hello.host)?.supersede();
    this.#sessions.set(hello.host, session);
    await this.#recordLife(hello, true);
  }

  async #recordLife(hello: Hello, isStart: boolean): Promise<void> {
    const { store, clock } = this.#options;
    const at = clock.now();
    const writtenAt = this.#heartbeatWrittenAt.get(hello.host);
    if (!isStart && writtenAt !== undefined && at - writtenAt < heartbeatWritePause) return;
    this.#heartbeatWrittenAt.set(hello.host, at);
    await recordHeartbeat(store, { hello, at, isStart });
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
      const portIds = changes?.keys.filter(({ kind }) => kind === 'port').map(({ id }) => id as PortId);
      this.#revision = changes?.revision ?? (await store.snapshot(async ({ revision }) => revision));
      for (const session of this.#sessions.values()) session.refresh(portIds);
    } catch (error) {
      log.error({ err: error }, 'feed: reading changes failed, to be tried again');
      clock.after(retryPause, () => this.#follow());
    }
  }
}
