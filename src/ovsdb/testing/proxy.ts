import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../endpoint.ts';

/** Stands between a client and a real server on a unix socket, and does to the connection what networks do. */
export interface Proxy {
  readonly endpoint: Endpoint;
  /** Lets nothing through any more, without ending a connection. */
  stall(): void;
  /** Lets all through again, also what was held back. */
  release(): void;
  /** Delays the server's bytes on each new connection, as if the server worked on its answer. */
  delay(milliseconds: number): void;
  /** Ends every connection, also those that are made from now on. */
  refuse(): void;
  /** Takes connections again. Each is ended after so many bytes from the server, if a number is given. */
  accept(bytes?: number): void;
  close(): Promise<void>;
}

/** `rewrite` changes what the client sends, e.g. so that the server does not know a method. */
export async function startProxy(server: Endpoint, rewrite = (text: string): string => text): Promise<Proxy> {
  if (server.kind !== 'unix') throw new Error('only in front of unix sockets');
  const directory = await mkdtemp(join(tmpdir(), 'proxy-'));
  const path = join(directory, 'sock');
  const sockets = new Set<Socket>();
  let allowance = Number.POSITIVE_INFINITY;
  let delay = 0;
  const listener = createServer((client) => {
    let left = allowance;
    if (left === 0) return void client.destroy();
    const upstream = connect({ path: server.path });
    const pair = [client, upstream];
    for (const socket of pair) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        for (const other of pair) other.destroy();
      });
    }
    const held = setTimeout(() => upstream.resume(), delay);
    upstream.on('close', () => clearTimeout(held));
    client.on('data', (data: Buffer) => upstream.write(rewrite(data.toString('latin1')), 'latin1'));
    upstream.on('data', (data: Buffer) => {
      client.write(data.subarray(0, left));
      left -= data.length;
      if (left <= 0) client.end();
    });
    if (delay > 0) upstream.pause();
  });
  listener.listen(path);
  await once(listener, 'listening');
  const refuse = () => {
    allowance = 0;
    for (const socket of sockets) socket.destroy();
  };
  return {
    endpoint: { kind: 'unix', path },
    stall: () => sockets.forEach((socket) => void socket.pause()),
    release: () => sockets.forEach((socket) => void socket.resume()),
    delay: (milliseconds) => {
      delay = milliseconds;
    },
    refuse,
    accept: (bytes = Number.POSITIVE_INFINITY) => {
      allowance = bytes;
    },
    async close() {
      refuse();
      listener.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
