import type { takeTurns } from '../base/index.ts';
import { listById, type Predicate } from '../kit/index.ts';
import {
  type Network,
  type NetworkId,
  networkTable,
  openScope,
  type Port,
  portTable,
  type Router,
  type RouterId,
  routerInterfaceOwner,
  routerTable,
  type Subnet,
  subnetTable,
} from '../resources/index.ts';
import type { Snapshot, Store } from '../store/index.ts';
import type { IntentWorld } from './intent.ts';
import type { Topics } from './marks.ts';

/** Awaited between parts of the work, so that others can have the event loop. */
type Turn = ReturnType<typeof takeTurns>;

/** What the ports of a network have in common. Subnets and interfaces are listed for each network, also when there are none. */
interface Shared {
  readonly networks: Map<NetworkId, Network>;
  readonly subnets: Map<NetworkId, readonly Subnet[]>;
  readonly interfaces: Map<NetworkId, readonly Port[]>;
  readonly routers: Map<RouterId, Router>;
  readonly openNetworks: Set<NetworkId>;
}

/** Networks in one query: about a millisecond of work. */
const networksPerQuery = 25;

/**
 * Reads what intents are made from. A network with all that belongs to it is kept from one load to the next, until its key
 * says that it has changed: the hosts of a cloud, one after another, don't have the same networks read, whatever else is
 * declared meanwhile.
 */
export class IntentWorlds {
  readonly #changesSince: Store['outbox']['changesSince'];
  #shared: Shared = nothingShared();
  /** Up to here, {@link #shared} is as the store has it. */
  #revision = -1;

  constructor(changesSince: Store['outbox']['changesSince']) {
    this.#changesSince = changesSince;
  }

  /** Reads the ports, their networks, and the networks that are asked for besides. Holds until the next one is loaded. */
  async load(snapshot: Snapshot, { portIds, networkIds }: Topics, turn: Turn): Promise<IntentWorld> {
    const ports = await listById(snapshot, portTable, portIds, turn);
    if (snapshot.revision !== this.#revision) await this.#forgetChanged();
    this.#revision = snapshot.revision;
    const { networks } = this.#shared;
    const wanted = [...networkIds, ...ports.map(({ networkId }) => networkId)];
    const missing = new Set(wanted.filter((id) => !networks.has(id)));
    await addShared(this.#shared, snapshot, [...missing], turn);
    return {
      ...this.#shared,
      revision: snapshot.revision,
      ports: new Map(ports.map((port) => [port.id, port])),
      boundAddresses: await readBoundAddresses(snapshot, ports),
    };
  }

  /** Perhaps also what has changed after the snapshot: that is read from the snapshot again, too. */
  async #forgetChanged(): Promise<void> {
    const { networks } = this.#shared;
    const changes = networks.size > 0 ? await this.#changesSince(this.#revision) : undefined;
    if (!changes) return this.forget();
    for (const { kind, id } of changes.keys) if (kind === 'network') networks.delete(id as NetworkId);
  }

  /** Lets go of what is kept. */
  forget(): void {
    this.#shared = nothingShared();
    this.#revision = -1;
  }
}

async function readBoundAddresses(snapshot: Snapshot, ports: readonly Port[]): Promise<IntentWorld['boundAddresses']> {
  const bindings = await snapshot.observed.bindings.of(ports.map(({ id }) => id));
  const byPort = Map.groupBy(bindings, ({ portId }) => portId);
  return new Map([...byPort].map(([portId, its]) => [portId, its.map(({ address }) => address)]));
}

function nothingShared(): Shared {
  return {
    networks: new Map(),
    subnets: new Map(),
    interfaces: new Map(),
    routers: new Map(),
    openNetworks: new Set(),
  };
}

/** The networks come last: what is known of is known whole. */
async function addShared(
  shared: Shared,
  snapshot: Snapshot,
  networkIds: readonly NetworkId[],
  turn: Turn,
): Promise<void> {
  for (let start = 0; start < networkIds.length; start += networksPerQuery) {
    const some = networkIds.slice(start, start + networksPerQuery);
    const subnets = await snapshot.list(subnetTable, { where: among('network_id', some) });
    const interfaces = await snapshot.list(portTable, { where: interfacesOn(some) });
    const routerIds = [...new Set(interfaces.map(({ deviceId }) => deviceId as RouterId))];
    // Also those that are known: it may be the router that has changed.
    const routers = await listById(snapshot, routerTable, routerIds, turn);
    for (const router of routers) shared.routers.set(router.id, router);
    const openScopes = new Set(await snapshot.claimedScopes(some.map(openScope)));
    const [itsSubnets, itsInterfaces] = [byNetwork(subnets), byNetwork(interfaces)];
    for (const network of await listById(snapshot, networkTable, some, turn)) {
      shared.subnets.set(network.id, itsSubnets.get(network.id) ?? []);
      shared.interfaces.set(network.id, itsInterfaces.get(network.id) ?? []);
      if (openScopes.has(openScope(network.id))) shared.openNetworks.add(network.id);
      else shared.openNetworks.delete(network.id);
      shared.networks.set(network.id, network);
    }
  }
}

function among(column: string, values: readonly string[]): Predicate {
  return { kind: 'in', column, values };
}

function interfacesOn(networkIds: readonly string[]): Predicate {
  return { kind: 'all', of: [among('network_id', networkIds), among('device_owner', [routerInterfaceOwner])] };
}

function byNetwork<E extends { readonly networkId: NetworkId }>(entities: readonly E[]) {
  return Map.groupBy(entities, ({ networkId }) => networkId);
}
