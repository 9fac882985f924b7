import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PostgreSQL's usual name of a unix socket in its folder. */
const socketName = '.s.PGSQL.5432';

/** The message by which a client commits: its kind, its length, the text. */
const commitMessage = 'Q\0\0\0\x0bcommit\0';

/** Between a store and its PostgreSQL, to break the connection at a chosen moment. */
export interface PostgresProxy {
  /** Opens the same database, through the proxy. */
  readonly url: string;
  /**
   * Breaks the next connection that commits, once: before the server hears of it, or after it has answered, which the
   * store does not hear any more. Resolves when that has happened.
   */
  breakCommit(moment: 'asked' | 'answered'): Promise<void>;
  /** Whether new connections are let through. Default true. */
  isOpen: boolean;
  stop(): Promise<void>;
}

/** Starts a proxy in front of a PostgreSQL server's socket, which can lose connections at chosen moments. */
export async function startPostgresProxy(url: string): Promise<PostgresProxy> {
  const realFolder = new URL(url.replace('@/', '@localhost/')).searchParams.get('host') ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'sextant-proxy-'));
  let plan: { readonly moment: 'asked' | 'answered'; readonly done: () => void } | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (!proxy.isOpen) return client.destroy();
    const upstream = connect(join(realFolder, socketName));
    let isCommitAsked = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    const carryOut = () => {
      plan?.done();
      plan = undefined;
      end();
    };
    client.on('data', (data) => {
      isCommitAsked = plan !== undefined && data.includes(commitMessage);
      if (isCommitAsked && plan?.moment === 'asked') carryOut();
      else upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (isCommitAsked) carryOut();
      else client.write(data);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
  });
  server.listen(join(folder, socketName));
  await once(server, 'listening');
  const proxy: PostgresProxy = {
    url: url.replace(encodeURIComponent(realFolder), encodeURIComponent(folder)),
    breakCommit: (moment) =>
      new Promise((done) => {
        plan = { moment, done };
      }),
    isOpen: true,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
  return proxy;
}
