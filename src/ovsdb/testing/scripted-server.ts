import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../endpoint.ts';
import { Splitter } from '../wire/splitter.ts';

/** A server on a unix socket that says what a test tells it to: what no real one says. */
export interface ScriptedServer {
  readonly endpoint: Endpoint;
  /** Ends every connection; new ones are taken. */
  hangUp(): void;
  close(): Promise<void>;
}

/** `answer` gives the `result` of a request (RFC 7047 §4.1); undefined leaves it without a reply. */
export type Script = (method: string, params: readonly unknown[]) => unknown;

/** Starts a server on a unix socket of its own that answers every request as the script says. */
export async function startScriptedServer(answer: Script): Promise<ScriptedServer> {
  const directory = await mkdtemp(join(tmpdir(), 'scripted-'));
  const path = join(directory, 'sock');
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const onMessage = (message: unknown) => {
      const { id, method, params } = message as { id: unknown; method: string; params: readonly unknown[] };
      const result = answer(method, params);
      if (result !== undefined) socket.write(JSON.stringify({ id, result, error: null }));
    };
    const splitter = new Splitter({ rowsFor: () => undefined, onMessage });
    socket.on('data', (chunk: Buffer) => splitter.push(chunk));
  });
  listener.listen(path);
  await once(listener, 'listening');
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    endpoint: { kind: 'unix', path },
    hangUp,
    async close() {
      hangUp();
      listener.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
