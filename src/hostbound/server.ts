import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type FeedPeer, feedPath, verifyFeedHeaders } from '../feed/index.ts';
import { feedSocket } from './feed-socket.ts';
import type { HostFeed } from './host-feed.ts';

/** A report of a full host is some 200 kB. A frame is parsed in one go, while all others wait: this is about 10 ms. */
const maxFrameBytes = 1024 * 1024;

/** Who may open a session. */
export interface FeedGate {
  /** What the hosts' tokens are made of. */
  readonly secret: string;
  /** Whether hosts may have a session now; they come again. Default: always. */
  readonly admits?: () => Promise<boolean>;
}

/** Serves the feed beside the API. */
export async function serveFeed(server: FastifyInstance, feed: HostFeed, gate: FeedGate): Promise<void> {
  const { secret, admits = async () => true } = gate;
  await server.register(websocket, { options: { maxPayload: maxFrameBytes, perMessageDeflate: false } });
  const peers = new WeakMap<object, FeedPeer>();
  const admit = async (request: FastifyRequest, reply: FastifyReply) => {
    const peer = verifyFeedHeaders(request.headers, secret);
    if (!peer) {
      feed.noteStranger(request.socket.remoteAddress);
      return reply.code(401).send({ message: 'a host name with its token is required' });
    }
    if (!(await admits())) return reply.code(503).send({ message: 'the store is not the one that NB belongs to' });
    const refusal = feed.refusal(peer);
    if (!refusal) return void peers.set(request, peer);
    const { status, message, retryAfterSeconds } = refusal;
    return reply.code(status).header('retry-after', retryAfterSeconds).send({ message });
  };
  server.route({
    method: 'GET',
    url: feedPath,
    // The token is checked here: a host is no caller of the API.
    config: { rule: 'public' },
    preValidation: admit,
    handler: async (_request, reply) => reply.code(426).send({ message: 'this is a WebSocket' }),
    wsHandler(socket, request) {
      const peer = peers.get(request);
      if (!peer) return socket.close(1008, 'no host');
      const session = feed.open(peer, feedSocket(socket, request.raw.socket));
      socket.on('message', (data) => session.receive(data.toString()));
      socket.on('close', () => void session.end());
      socket.on('error', (error) => (isViolation(error) ? session.violate(error.message) : void session.end()));
    },
  });
}

/** What the ws library says of frames that break RFC 6455, or are too large. Other errors are those of the connection. */
function isViolation(error: Error): boolean {
  return 'code' in error && String(error.code).startsWith('WS_ERR_');
}
