import { newUuid } from '../../base/index.ts';
import { type Mac, type Prefix, parseMac, parsePrefix } from '../../ip/index.ts';
import type { Key, Predicate, ProjectId, Query, Row, Stored, Table } from '../../kit/index.ts';
import {
  type Network,
  networkTable,
  type Port,
  portTable,
  type Router,
  type RouterId,
  routerInterfaceOwner,
  routerTable,
  type Subnet,
  subnetTable,
} from '../../resources/index.ts';
import type { CollectionReader } from '../../store/index.ts';
import { address, aPort } from '../../store/testing/builders.ts';
import { kinds } from '../list.ts';
import { loadWorld, type World } from '../world.ts';

export { address, aNetwork, aPort, aSubnet } from '../../store/testing/builders.ts';

export function aRouter(differences: Partial<Router> = {}): Router {
  return {
    id: newUuid() as RouterId,
    projectId: 'blue' as ProjectId,
    name: 'router',
    description: '',
    tags: [],
    revision: 1,
    createdAt: '2026-11-21T20:00:00Z',
    updatedAt: '2026-11-21T20:00:00Z',
    adminStateUp: true,
    status: 'ACTIVE',
    routes: [],
    ...differences,
  };
}

/** The port by which a router has the addresses, one for each subnet. */
export function anInterface(router: Router, network: Network, addresses: readonly (readonly [Subnet, string])[]): Port {
  return aPort({
    networkId: network.id,
    deviceId: router.id,
    deviceOwner: routerInterfaceOwner,
    fixedIps: addresses.map(([subnet, text]) => ({ subnetId: subnet.id, ipAddress: address(text) })),
  });
}

export interface Objects {
  readonly networks?: readonly Network[];
  readonly subnets?: readonly Subnet[];
  readonly ports?: readonly Port[];
  readonly routers?: readonly Router[];
}

/** The world of these keys where there are these objects and no others. */
export function aWorld(objects: Objects, keys: readonly Key[]): Promise<World> {
  return loadWorld(readerOf(objects), kinds, keys);
}

/** Answers the questions that kinds ask of a store. */
function readerOf({ networks = [], subnets = [], ports = [], routers = [] }: Objects): CollectionReader {
  const stored = new Map<unknown, readonly Stored[]>([
    [networkTable, networks],
    [subnetTable, subnets],
    [portTable, ports],
    [routerTable, routers],
  ]);
  const list = async <E extends Stored>(table: Table<E>, { where }: Query) =>
    ((stored.get(table) ?? []) as readonly E[]).filter((entity) => holds(where, table.toRow(entity)));
  return { list } as Partial<CollectionReader> as CollectionReader;
}

function holds(predicate: Predicate, row: Row): boolean {
  if (predicate.kind === 'all') return predicate.of.every((one) => holds(one, row));
  if (predicate.kind === 'in') return predicate.values.includes(row[predicate.column] ?? null);
  throw new Error(`a predicate of kind ${predicate.kind} is not expected`);
}

export function prefix(text: string): Prefix {
  return known(parsePrefix(text));
}

export function mac(text: string): Mac {
  return known(parseMac(text));
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a fixture does not parse');
  return value;
}
