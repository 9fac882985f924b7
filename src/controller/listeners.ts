import { once } from 'node:events';
import { chmod, unlink } from 'node:fs/promises';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { connectionOptions, defaultConnectionLimits, refuseConnection } from '../api/index.ts';
import { milliseconds, oneTurn, shareTurns } from '../base/index.ts';
import { formatListenAddress, type ListenAddress } from './listen-address.ts';

/** One address, and the part of the server that is served there. */
export interface Listener {
  readonly address: ListenAddress;
  /** The only path that is served here; undefined: all. */
  readonly only?: string;
  /** PEM texts; undefined: plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** The sockets that one server is served at. */
export interface Listeners {
  /** As bound, in the order asked for: port 0 has become the real one. */
  readonly addresses: readonly ListenAddress[];
  close(): Promise<void>;
}

/**
 * Serves one Fastify instance at several addresses, unix sockets among them. Fastify itself binds one: its router and
 * the WebSocket upgrade are shared instead. Throws with the address when one can't be bound; then none is.
 */
export async function listenAt(
  app: FastifyInstance,
  listeners: readonly Listener[],
  limits = defaultConnectionLimits,
): Promise<Listeners> {
  await app.ready();
  const servers: Server[] = [];
  const bound: ListenAddress[] = [];
  try {
    for (const listener of listeners) {
      const server = createListener(app, listener, connectionOptions(limits));
      servers.push(server);
      bound.push(await bind(server, listener.address));
    }
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
  return { addresses: bound, close: () => closeAll(servers) };
}

function createListener(app: FastifyInstance, { only, tls }: Listener, options: ServerOptions): Server {
  const isServed = (url = '') => only === undefined || url.split('?', 1)[0] === only;
  const route: RequestListener = (request, response) =>
    isServed(request.url) ? app.routing(request, response) : response.writeHead(404).end();
  const server = tls ? createTlsServer({ ...options, ...tls }, route) : createServer(options, route);
  server.on('clientError', refuseConnection);
  server.on('upgrade', async (request, socket, head) => {
    socket.on('error', () => socket.destroy()); // the server does not listen for it any more, and the app not yet
    await upgradeTurn();
    if (socket.destroyed) return; // its client has not waited
    if (isServed(request.url)) app.server.emit('upgrade', request, socket, head);
    else socket.destroy();
  });
  return server;
}

/**
 * A controller that comes back meets all hosts at once: requests have their turns between the upgrades, of which some ten
 * are made in one. With fewer, the last of a thousand hosts would give up before their turn, and come again.
 */
const upgradeTurn = shareTurns(oneTurn, milliseconds(5));

async function bind(server: Server, address: ListenAddress): Promise<ListenAddress> {
  try {
    if (address.kind === 'unix') {
      await removeStaleSocket(address.path);
      server.listen(address.path);
      await once(server, 'listening');
      // Every user who can open this socket is an administrator of the API.
      await chmod(address.path, 0o600);
      return address;
    }
    server.listen({ host: address.host, port: address.port });
    await once(server, 'listening');
    const actual = server.address();
    return { ...address, port: actual !== null && typeof actual === 'object' ? actual.port : address.port };
  } catch (error) {
    throw new Error(`listen at ${formatListenAddress(address)}`, { cause: error });
  }
}

/** A killed controller leaves its socket file behind; one that answers belongs to a controller that lives. */
async function removeStaleSocket(path: string): Promise<void> {
  const socket = connect({ path });
  const isAlive = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  if (isAlive) throw new Error('another process serves there');
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      if (!server.listening) return;
      server.close();
      server.closeIdleConnections();
      const grace = setTimeout(() => server.closeAllConnections(), closeGraceMs);
      await once(server, 'close');
      clearTimeout(grace);
    }),
  );
}

/** Requests under way get this long to be answered. */
const closeGraceMs = 2_000;
