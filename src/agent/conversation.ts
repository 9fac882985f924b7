import manifest from '../../package.json' with { type: 'json' };
import { assertNever, type Clock, isUuid, type Log, type Uuid } from '../base/index.ts';
import {
  type AgentMessage,
  type ClaimRefusal,
  type ControllerMessage,
  feedProtocolVersion,
  type PluggedPort,
} from '../feed/index.ts';
import type { OwnIntent } from '../firsthop/index.ts';
import { type FeedClient, openFeed } from './feed-client.ts';
import type { IntentBook } from './intent-book.ts';
import type { AgentOptions } from './options.ts';
import type { PluggedInterface } from './switch-view.ts';

/** The agent's state that a conversation with the controller is about, and the callbacks for its messages. */
export interface ConversationOptions {
  readonly options: AgentOptions;
  readonly token: string;
  readonly book: IntentBook;
  readonly log: Log;
  readonly clock: Clock;
  /** The present state, for a controller that knows nothing of us. */
  readonly plugged: () => Iterable<PluggedInterface>;
  readonly wired: () => ReadonlyMap<Uuid, number>;
  /** The hello is said: whatever else the controller should know can follow. */
  readonly greeted: () => void;
  /** The controller has said all that it has to say of this host. */
  readonly synced: () => void;
  /** The controller says what a port has, and whether it has what was claimed for it. */
  readonly told: (intent: OwnIntent) => void;
  readonly refused: (refusal: ClaimRefusal) => void;
  /** The book has changed. */
  readonly heard: () => void;
}

/** What this agent and its controller say to each other: state on greeting, then changes as they come. */
export class Conversation {
  readonly #options: ConversationOptions;
  #feed: FeedClient | undefined;
  /** Ports that the session was greeted with: until `synced`, the controller has yet to answer for these. */
  #unanswered: readonly Uuid[] = [];
  #isSynced = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** Begins once every plugged port is known: a controller takes what it is not told of for unplugged. */
  open(): void {
    const { options, token, log, clock } = this.#options;
    this.#feed ??= openFeed({
      ...{ controllers: options.controllers, host: options.host, token, log, clock },
      onUp: () => this.#greet(),
      onMessage: (message) => this.#hear(message),
    });
  }

  get isUp(): boolean {
    return this.#feed?.isUp ?? false;
  }

  /** Whether a controller answers that knows the ports of this host. */
  get isSynced(): boolean {
    return this.isUp && this.#isSynced;
  }

  /** Says nothing while no session is up. */
  send(message: AgentMessage): void {
    this.#feed?.send(message);
  }

  close(): void {
    this.#feed?.close();
  }

  #greet(): void {
    const { options, book, plugged, wired, greeted } = this.#options;
    const ports = [...plugged()];
    book.startSession();
    this.#isSynced = false;
    this.#unanswered = ports.map(({ portId }) => portId);
    this.send({
      kind: 'hello',
      protocolVersion: feedProtocolVersion,
      host: options.host,
      agentVersion: manifest.version,
      configuration: { bridge: options.bridge, 'integration-bridge': options.integrationBridge },
    });
    this.send({ kind: 'plugged', ports: ports.map(describePlugged) });
    const wirings = [...wired()].map(([portId, revision]) => ({ portId, revision }));
    if (wirings.length > 0) this.send({ kind: 'wired', ports: wirings });
    greeted();
  }

  #hear(message: ControllerMessage): void {
    const { book, heard, told, refused, synced } = this.#options;
    switch (message.kind) {
      case 'network':
        book.acceptNetwork(message.network);
        break;
      case 'intent':
        if (book.accept(message.intent)) told(message.intent);
        break;
      case 'refused':
        for (const refusal of message.refusals) refused(refusal);
        return;
      case 'withdraw':
        if (isUuid(message.portId)) book.refuse(message.portId);
        break;
      case 'withdraw-network':
        book.forgetNetwork(message.networkId);
        break;
      case 'synced':
        book.answered(this.#unanswered);
        this.#unanswered = [];
        this.#isSynced = true;
        synced();
        break;
      case 'heartbeat':
        return;
      default:
        assertNever(message);
    }
    heard();
  }
}

/** A plugged interface as the agent tells the controller of it. */
export function describePlugged({ portId, interfaceName, attachedMac }: PluggedInterface): PluggedPort {
  return { portId, interfaceName, ...(attachedMac !== undefined && { attachedMac }) };
}
