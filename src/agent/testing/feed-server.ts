import { createServer, type IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Uuid } from '../../base/index.ts';
import {
  type AddressClaim,
  type AgentMessage,
  type ControllerMessage,
  encodeControllerMessage,
  feedPath,
  parseAgentMessage,
  verifyFeedHeaders,
} from '../../feed/index.ts';
import { isClaimable, networkContent, ownAddresses, type PortIntent, splitIntent } from '../../firsthop/index.ts';
import { type Address, equalAddress, formatAddress, parseAddress } from '../../ip/index.ts';

/** A controller's end of the feed that says what a test tells it to, and remembers what it hears. */
export interface FeedServer {
  readonly heard: readonly AgentMessage[];
  /** Ports that the agent says are wired now, with the revision. */
  readonly wired: ReadonlyMap<string, number>;
  readonly sessions: number;
  /** Whether claims are answered at all: a controller may be there, and its database away. */
  answersClaims: boolean;
  /** Sets a port's intent, and sends it when its port is plugged, and before it the network's, unless that was said. */
  put(intent: PortIntent): void;
  /** What the port is to be by now: as it was put, with the addresses that it was granted since. */
  intentOf(portId: Uuid): PortIntent | undefined;
  withdraw(portId: Uuid): void;
  /** Ends the sessions and stops listening; what was put stays, for `listen`. */
  close(): Promise<void>;
  listen(): Promise<void>;
}

/** A feed server on a unix socket that admits agents whose token is made of `secret`. It listens after `listen`. */
export function feedServer(socketPath: string, secret: string): FeedServer {
  const intents = new Map<string, PortIntent>();
  const plugged = new Set<string>();
  const heard: AgentMessage[] = [];
  const wired = new Map<string, number>();
  let sessions = 0;
  let answersClaims = true;
  let session: WebSocket | undefined;
  let server = createServer();
  /** What this session was told of networks, by their ids. */
  const networks = new Map<string, string>();
  const say = (message: ControllerMessage) => session?.send(encodeControllerMessage(message));
  const tell = (whole: PortIntent) => {
    const { own, network } = splitIntent(whole);
    if (networks.get(network.networkId) !== networkContent(network)) say({ kind: 'network', network });
    networks.set(network.networkId, networkContent(network));
    say({ kind: 'intent', intent: own });
  };

  /** First come, first served, as a controller decides: an address of another port's is taken, and a port may be full. */
  const decide = ({ portId, address: text }: AddressClaim) => {
    const [intent, address] = [intents.get(portId), parseAddress(text)];
    if (!intent || !address) return;
    const has = (other: PortIntent) => ownAddresses(other).some((one) => equalAddress(one, address));
    const others = [...intents.values()].filter((other) => other.portId !== portId);
    const reason = others.some(has) ? 'taken' : refusalOf(intent, address);
    if (reason && !has(intent)) return say({ kind: 'refused', refusals: [{ portId, address: text, reason }] });
    const boundAddresses = has(intent) ? intent.boundAddresses : [...intent.boundAddresses, address];
    change({ ...intent, revision: intent.revision + 1, boundAddresses });
  };
  const release = (portId: string, text: string) => {
    const intent = intents.get(portId);
    const boundAddresses = intent?.boundAddresses.filter((one) => formatAddress(one) !== text);
    if (intent && boundAddresses) change({ ...intent, revision: intent.revision + 1, boundAddresses });
  };
  const change = (intent: PortIntent) => {
    intents.set(intent.portId, intent);
    if (plugged.has(intent.portId)) tell(intent);
  };

  const hear = (message: AgentMessage) => {
    heard.push(message);
    if (message.kind === 'plugged') {
      for (const { portId } of message.ports) {
        plugged.add(portId);
        const intent = intents.get(portId);
        if (intent) tell(intent);
        else say({ kind: 'withdraw', portId });
      }
      say({ kind: 'synced', revision: 1 });
    }
    if (message.kind === 'claim' && answersClaims) for (const claim of message.claims) decide(claim);
    if (message.kind === 'release') for (const { portId, address } of message.releases) release(portId, address);
    if (message.kind === 'unplugged') for (const portId of message.portIds) plugged.delete(portId);
    if (message.kind === 'wired') for (const { portId, revision } of message.ports) wired.set(portId, revision);
    if (message.kind === 'unwired') for (const portId of message.portIds) wired.delete(portId);
  };
  const accept = (socket: WebSocket, request: IncomingMessage) => {
    if (!verifyFeedHeaders(request.headers, secret)) return socket.close(4401);
    sessions++;
    session = socket;
    networks.clear();
    socket.on('message', (data) => {
      const message = parseAgentMessage(String(data));
      if (!message.ok) throw new Error(`the agent sent no message: ${JSON.stringify(message.error)}`);
      hear(message.value);
    });
  };

  return {
    heard,
    wired,
    get sessions() {
      return sessions;
    },
    get answersClaims() {
      return answersClaims;
    },
    set answersClaims(given) {
      answersClaims = given;
    },
    intentOf: (portId) => intents.get(portId),
    put: change,
    withdraw(portId) {
      intents.delete(portId);
      say({ kind: 'withdraw', portId });
    },
    close() {
      session?.terminate();
      session = undefined;
      plugged.clear();
      return new Promise((resolve) => server.close(() => resolve()));
    },
    listen() {
      server = createServer();
      new WebSocketServer({ server, path: feedPath }).on('connection', accept);
      return new Promise((resolve) => server.listen(socketPath, resolve));
    },
  };
}

function refusalOf(intent: PortIntent, address: Address): 'off-link' | 'full' | undefined {
  if (!isClaimable(intent, address)) return 'off-link';
  return intent.boundAddresses.length >= intent.learnedAddressQuota ? 'full' : undefined;
}
