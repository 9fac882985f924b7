import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { createApi } from '../api/index.ts';
import { noauth } from '../auth/index.ts';
import { type Clock, type Log, systemClock } from '../base/index.ts';
import { feedPath } from '../feed/index.ts';
import { defaultAdvertising, HostFeed, serveFeed } from '../hostbound/index.ts';
import { openNorthbound } from '../northbound/index.ts';
import type { TlsCredentials } from '../ovsdb/index.ts';
import { openSouthbound } from '../southbound/index.ts';
import { openStore } from '../store/index.ts';
import { type ControlLoops, createControlLoops } from './control-loops.ts';
import { hostAdmission } from './host-admission.ts';
import type { ListenAddress } from './listen-address.ts';
import { type Listener, listenAt } from './listeners.ts';
import { giveMemoryBackAtRest } from './memory-at-rest.ts';
import { convergenceTimer, registerMetrics } from './metrics.ts';
import type { ControllerOptions, TlsFiles } from './options.ts';
import { serveProgress } from './progress-route.ts';
import { servePages } from './report-pages.ts';

/** A controller that serves. */
export interface Controller {
  /** As bound: port 0 has become the real one. */
  readonly addresses: readonly ListenAddress[];
  readonly loops: ControlLoops;
  /** Answers the requests under way, acknowledges the keys that are done, and closes all connections. */
  stop(): Promise<void>;
}

export interface ControllerDependencies {
  readonly log: Log;
  readonly clock?: Clock;
  /** See `StoreOptions`. */
  readonly onFatal?: (error: Error) => void;
}

/** Starts everything, in the order in which the parts need each other. The API serves whether or not OVN is there. */
export async function startController(
  options: ControllerOptions,
  { log, clock = systemClock, onFatal }: ControllerDependencies,
): Promise<Controller> {
  const registry = new Registry();
  const tls = await readCredentials(options.tlsFiles);
  const secret = await readSecret(options.agentSecretFile);
  const { database, databaseConnections: connections } = options;
  const store = await openStore({ database, connections, log, ...(onFatal && { onFatal }) });
  const connection = { clock, log, ...(tls && { tls }) };
  const northbound = openNorthbound({ ...connection, endpoints: options.northbound });
  const southbound = openSouthbound({ ...connection, endpoints: options.southbound });
  const { advertising = defaultAdvertising, networkMtuBytes, adoptNorthbound = false } = options;
  const onConverged = convergenceTimer(registry);
  const loops = createControlLoops({ store, northbound, southbound, clock, log, adoptNorthbound, onConverged });
  const feed = new HostFeed({ store, clock, log, advertising, onWiring: (portIds) => loops.markStatus(portIds) });
  const settings = networkMtuBytes === undefined ? {} : { networkMtuBytes };
  const checks = { northbound: async () => loops.progress().refusal };
  const server: FastifyInstance = createApi({ store, auth: noauth, log, clock, registry, settings, checks });
  registerMetrics(registry, { store, loops, feed });
  serveProgress(server, { loops, feed, northbound, southbound });
  if (options.reportDirectory !== undefined) servePages(server, options.reportDirectory);
  if (secret !== undefined)
    await serveFeed(server, feed, { secret, admits: hostAdmission({ store, claim: loops.claim, clock }) });
  const listeners = await listenAt(server, await listenersOf(options));
  loops.start();
  feed.start();
  const memory = giveMemoryBackAtRest({ clock, log });
  return {
    addresses: listeners.addresses,
    loops,
    async stop() {
      memory.stop();
      await feed.stop();
      await listeners.close();
      await server.close();
      await loops.stop();
      await Promise.all([northbound.close(), southbound.close()]);
      await store.close();
    },
  };
}

async function listenersOf({ listen, feedListen = [], feedTlsFiles }: ControllerOptions): Promise<readonly Listener[]> {
  const tls = feedTlsFiles && {
    key: await readFile(feedTlsFiles.privateKey, 'utf8'),
    cert: await readFile(feedTlsFiles.certificate, 'utf8'),
  };
  return [
    ...listen.map((address) => ({ address })),
    ...feedListen.map((address) => ({ address, only: feedPath, ...(tls && { tls }) })),
  ];
}

async function readCredentials(files: TlsFiles | undefined): Promise<TlsCredentials | undefined> {
  if (!files) return undefined;
  const [privateKey, certificate, ca] = await Promise.all(
    [files.privateKey, files.certificate, files.ca].map((path) => readFile(path, 'utf8')),
  );
  return { privateKey: privateKey ?? '', certificate: certificate ?? '', ca: ca ?? '' };
}

async function readSecret(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const secret = (await readFile(path, 'utf8')).trim();
  if (secret === '') throw new Error(`the agent secret in ${path} is empty`);
  return secret;
}
