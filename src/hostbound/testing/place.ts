import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { type Log, ok, silentLog, systemClock } from '../../base/index.ts';
import { agentToken, feedPath } from '../../feed/index.ts';
import { type Change, insertRow, type Key } from '../../kit/index.ts';
import { type Network, networkTable, type Port, type PortId, portTable, subnetTable } from '../../resources/index.ts';
import { openStore, type Store } from '../../store/index.ts';
import { aPort, aSubnet } from '../../store/testing/builders.ts';
import { HostFeed } from '../host-feed.ts';
import type { AdvertisingSettings } from '../intent.ts';
import { serveFeed } from '../server.ts';
import { TestAgent } from './test-agent.ts';

/** The secret that the hosts' tokens are made of in tests. */
export const secret = 'a cloud-wide secret';

/** A real feed over a real store, and agents that are real sockets. */
export interface Place {
  readonly store: Store;
  readonly feed: HostFeed;
  /** Ports whose wiring has changed, as often as it did. */
  readonly wirings: PortId[];
  /** Warnings, with their context. */
  readonly warnings: readonly (Record<string, unknown> & { readonly message: string })[];
  /** Commits changes with their keys. */
  commit(changes: readonly Change[], keys?: readonly Key[]): Promise<void>;
  connect(host: string, given?: { readonly token?: string; readonly version?: number }): Promise<TestAgent>;
  /** Of the feed, `ws://`. */
  readonly url: string;
}

/** The database of a place, and what stands between it and the feed. */
export interface PlaceOptions {
  /** Stands between the feed and its store. */
  readonly watch?: (store: Store) => Store;
  readonly mostSessions?: number;
  readonly advertising?: AdvertisingSettings;
  /** Default: an SQLite file. */
  readonly database?: string;
}

/** Runs a test with a store and a feed that serves it, and takes both away afterwards. */
export async function withPlace(body: (place: Place) => Promise<void>, options: PlaceOptions = {}): Promise<void> {
  const { watch = (store) => store, mostSessions, advertising } = options;
  const directory = await mkdtemp(join(tmpdir(), 'feed-'));
  const { database = `sqlite:${join(directory, 'sextant.db')}` } = options;
  const store = await openStore({ database });
  const wirings: PortId[] = [];
  const warnings: (Record<string, unknown> & { readonly message: string })[] = [];
  const warn: Log['warn'] = (context, message) => warnings.push({ ...context, message });
  const log: Log = {
    ...silentLog,
    warn,
    child: (bindings) => ({ ...log, warn: (c, m) => warn({ ...bindings, ...c }, m) }),
  };
  const feed = new HostFeed({
    store: watch(store),
    clock: systemClock,
    log,
    ...(mostSessions !== undefined && { mostSessions }),
    ...(advertising && { advertising }),
    onWiring: (portIds) => wirings.push(...portIds),
  });
  const server: FastifyInstance = fastify({ forceCloseConnections: true });
  await serveFeed(server, feed, { secret });
  feed.start();
  const url = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws') + feedPath;
  try {
    await body({
      store,
      feed,
      wirings,
      warnings,
      url,
      commit: async (changes, keys = []) => {
        await store.write(async (unit) => ok(await unit.apply(changes, keys)));
      },
      connect: (host, given = {}) => TestAgent.connect(url, host, { token: agentToken(secret, host), ...given }),
    });
  } finally {
    await feed.stop();
    await server.close();
    await store.close();
    await rm(directory, { recursive: true });
  }
}

/** The rows of a network with a subnet, and of its ports. */
export function insert(network: Network, ...ports: readonly Port[]): readonly Change[] {
  return [
    insertRow(networkTable, network),
    insertRow(subnetTable, aSubnet({ networkId: network.id })),
    ...ports.map((entity) => insertRow(portTable, entity)),
  ];
}

/** A port's key. */
export function keyOf({ id }: Port): Key {
  return { kind: 'port', id };
}

/** A port on a network, bound to a host. */
export function aPortOn(network: Network, hostId: string): Port {
  return aPort({ networkId: network.id, hostId });
}
