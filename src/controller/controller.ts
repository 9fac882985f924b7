import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { createApi, defaultConnectionLimits } from '../api/index.ts';
import { type Authenticator, keystone, noauth } from '../auth/index.ts';
import { type Clock, invariant, type Log, OperationalError, systemClock } from '../base/index.ts';
import { feedPath } from '../feed/index.ts';
import { type AdvertisingSettings, HostFeed, serveFeed } from '../hostbound/index.ts';
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
import type { ControllerOptions } from './options.ts';
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

/** The controller's log and clock, and what happens when its disk fails for good. */
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
  const { settings, ovn } = options;
  const tls = await readCredentials(ovn);
  const secret = await readSecret(options.feed.agentSecretFile);
  const auth = await authenticatorOf(options, { log, clock });
  const { url: database, connections } = options.database;
  const store = await openStore({ database, connections, log, ...(onFatal && { onFatal }) });
  const connection = { clock, log, ...(tls && { tls }) };
  const northbound = openNorthbound({ ...connection, endpoints: ovn.northbound });
  const southbound = openSouthbound({ ...connection, endpoints: ovn.southbound });
  const { adoptNorthbound } = ovn;
  const onConverged = convergenceTimer(registry);
  const loops = createControlLoops({ store, northbound, southbound, clock, log, adoptNorthbound, onConverged });
  const advertising = advertisingOf(options.advertising);
  const feed = new HostFeed({ store, clock, log, advertising, onWiring: (portIds) => loops.markStatus(portIds) });
  const checks = { northbound: async () => loops.progress().refusal };
  const { keepAliveSeconds, proxyHeaders } = options.api;
  const trustsProxy = proxyHeaders === 'trust';
  const parts = { store, auth, log, clock, registry, checks };
  const server: FastifyInstance = createApi({ ...parts, settings, trustsProxy });
  registerMetrics(registry, { store, loops, feed });
  serveProgress(server, { loops, feed, northbound, southbound });
  if (options.api.reportDirectory !== undefined) servePages(server, options.api.reportDirectory);
  if (secret !== undefined)
    await serveFeed(server, feed, { secret, admits: hostAdmission({ store, claim: loops.claim, clock }) });
  const limits = { ...defaultConnectionLimits, keepAliveSeconds };
  const listeners = await listenAt(server, await listenersOf(options), limits);
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
      await auth.close?.();
      await loops.stop();
      await Promise.all([northbound.close(), southbound.close()]);
      await store.close();
    },
  };
}

async function authenticatorOf(
  { api, identity: { url, passwordFile, ca, ...account } }: ControllerOptions,
  parts: Pick<ControllerDependencies, 'log' | 'clock'>,
): Promise<Authenticator & { close?(): Promise<void> }> {
  if (api.auth === 'noauth' || url === undefined) return noauth;
  const password = await readSecret(passwordFile);
  invariant(password !== undefined, 'options that name no password were refused');
  const certificate = ca === undefined ? {} : { ca: await readFile(ca, 'utf8') };
  return keystone({ url, account: { ...account, password }, ...certificate }, parts);
}

function advertisingOf({ searchDomain, ...lifetimes }: ControllerOptions['advertising']): AdvertisingSettings {
  return { searchDomains: searchDomain === '' ? [] : [searchDomain], ...lifetimes };
}

async function listenersOf({ api, feed }: ControllerOptions): Promise<readonly Listener[]> {
  const tls = await readServerTls(feed);
  return [
    ...api.listen.map((address) => ({ address })),
    ...feed.listen.map((address) => ({ address, only: feedPath, ...(tls && { tls }) })),
  ];
}

async function readServerTls({ privateKey, certificate }: ControllerOptions['feed']): Promise<Listener['tls']> {
  if (privateKey === undefined || certificate === undefined) return undefined;
  return { key: await readFile(privateKey, 'utf8'), cert: await readFile(certificate, 'utf8') };
}

async function readCredentials(files: ControllerOptions['ovn']): Promise<TlsCredentials | undefined> {
  const { privateKey, certificate, ca } = files;
  if (privateKey === undefined || certificate === undefined || ca === undefined) return undefined;
  return {
    privateKey: await readFile(privateKey, 'utf8'),
    certificate: await readFile(certificate, 'utf8'),
    ca: await readFile(ca, 'utf8'),
  };
}

async function readSecret(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const secret = (await readFile(path, 'utf8')).trim();
  if (secret === '') throw new OperationalError(`the secret in ${path} is empty`);
  return secret;
}
