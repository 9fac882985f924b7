import type {} from '@fastify/swagger';
import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { type FeedPeer, feedPath, verifyFeedHeaders } from '../feed/index.ts';
import type { HostFeed } from './host-feed.ts';

/** An intent of a port with many subnets and pairs is some 20 kB, a report of a full host some 200 kB. */
const maxFrameBytes = 4 * 1024 * 1024;

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
  server.route({
    method: 'GET',
    url: feedPath,
    schema: { hide: true },
    // The token is checked here: a host is no caller of the API.
    config: { action: 'public' },
    async preValidation(request, reply) {
      const peer = verifyFeedHeaders(request.headers, secret);
      if (!peer) return reply.code(401).send({ message: 'a host name with its token is required' });
      if (!(await admits())) return reply.code(503).send({ message: 'the store is not the one that NB belongs to' });
      peers.set(request, peer);
    },
    handler: async (_request, reply) => reply.code(426).send({ message: 'this is a WebSocket' }),
    wsHandler(socket, request) {
      const peer = peers.get(request);
      if (!peer) return socket.close(1008, 'no host');
      const session = feed.open(peer, socket);
      socket.on('message', (data) => session.receive(data.toString()));
      socket.on('close', () => void session.end());
      socket.on('error', () => void session.end());
    },
  });
}
