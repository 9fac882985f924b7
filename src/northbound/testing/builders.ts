import { newUuid } from '../../base/index.ts';
import { type Address, type Mac, type Prefix, parseMac, parsePrefix } from '../../ip/index.ts';
import type { Claim, Key, Predicate, ProjectId, Query, Stored, Table } from '../../kit/index.ts';
import {
  type AddressGroup,
  addressGroupTable,
  bandwidthLimitTable,
  dscpMarkingTable,
  minimumBandwidthTable,
  type Network,
  networkTable,
  type Port,
  type PortId,
  portTable,
  type QosRule,
  type Router,
  type RouterId,
  routerInterfaceOwner,
  routerTable,
  type SecurityGroup,
  type SecurityGroupRule,
  type Subnet,
  securityGroupRuleTable,
  securityGroupTable,
  subnetTable,
  type Trunk,
  trunkTable,
} from '../../resources/index.ts';
import type { Binding, CollectionReader, ObservedReader } from '../../store/index.ts';
import { address, aPort } from '../../store/testing/builders.ts';
import { kinds } from '../list.ts';
import { loadWorld, type World } from '../world.ts';

export { address, aNetwork, aPort, aSubnet } from '../../store/testing/builders.ts';

/** A router of the project `blue` without routes, but for the given differences. Each call makes another id. */
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

/** The declared things that a test's world holds; those left out are none. */
export interface Objects {
  readonly networks?: readonly Network[];
  readonly subnets?: readonly Subnet[];
  readonly ports?: readonly Port[];
  readonly routers?: readonly Router[];
  readonly securityGroups?: readonly SecurityGroup[];
  readonly securityGroupRules?: readonly SecurityGroupRule[];
  readonly addressGroups?: readonly AddressGroup[];
  readonly trunks?: readonly Trunk[];
  readonly bandwidthLimits?: readonly QosRule[];
  readonly dscpMarks?: readonly QosRule[];
  readonly minimumBandwidths?: readonly QosRule[];
  /** The addresses that each port is bound to. */
  readonly bound?: ReadonlyMap<PortId, readonly Address[]>;
}

/** The world of these keys where there are these objects and no others. */
export function aWorld(objects: Objects, keys: readonly Key[]): Promise<World> {
  return loadWorld(readerOf(objects), kinds, keys);
}

/** Answers the questions that kinds ask of a store. */
function readerOf(objects: Objects): CollectionReader {
  const { ports = [], bound = new Map<PortId, readonly Address[]>() } = objects;
  const stored = new Map<unknown, readonly Stored[]>([
    [networkTable, objects.networks ?? []],
    [subnetTable, objects.subnets ?? []],
    [portTable, ports],
    [routerTable, objects.routers ?? []],
    [securityGroupTable, objects.securityGroups ?? []],
    [securityGroupRuleTable, objects.securityGroupRules ?? []],
    [addressGroupTable, objects.addressGroups ?? []],
    [trunkTable, objects.trunks ?? []],
    [bandwidthLimitTable, objects.bandwidthLimits ?? []],
    [dscpMarkingTable, objects.dscpMarks ?? []],
    [minimumBandwidthTable, objects.minimumBandwidths ?? []],
  ]);
  const list = async <E extends Stored>(table: Table<E>, { where }: Query) =>
    ((stored.get(table) ?? []) as readonly E[]).filter((entity) => holds(where, table, entity));
  const reader: Partial<CollectionReader> = {
    list,
    listIds: async (table, query) => (await list(table, query)).map(({ id }) => id),
    async *pages(table, query) {
      yield await list(table, query);
    },
    async claimedScopes(scopes) {
      const claimed = new Set(ports.flatMap((port) => claimsOf(portTable, port)).map(({ scope }) => scope));
      return scopes.filter((scope) => claimed.has(scope));
    },
    observed: {
      bindings: {
        async of(portIds: readonly PortId[]) {
          return portIds.flatMap((portId) =>
            (bound.get(portId) ?? []).map((its) => ({ portId, address: its }) as Binding),
          );
        },
      } as Partial<ObservedReader['bindings']> as ObservedReader['bindings'],
    } as Partial<ObservedReader> as ObservedReader,
  };
  return reader as CollectionReader;
}

function holds<E extends Stored>(predicate: Predicate, table: Table<E>, entity: E): boolean {
  switch (predicate.kind) {
    case 'all':
      return predicate.of.every((one) => holds(one, table, entity));
    case 'any':
      return predicate.of.some((one) => holds(one, table, entity));
    case 'compare': {
      const value = String(table.toRow(entity)[predicate.column]);
      return predicate.operator === '<' ? value < String(predicate.value) : value > String(predicate.value);
    }
    case 'not':
      return !holds(predicate.of, table, entity);
    case 'in':
      return predicate.values.includes(table.toRow(entity)[predicate.column] ?? null);
    case 'claims':
      return claimsOf(table, entity).some(
        ({ scope, value }) =>
          ('scope' in predicate ? predicate.scope === scope : scope.startsWith(predicate.scopePrefix)) &&
          (predicate.values?.includes(value) ?? true),
      );
    default:
      throw new Error(`a predicate of kind ${predicate.kind} is not expected`);
  }
}

function claimsOf<E extends Stored>({ claims }: Table<E>, entity: E): readonly Claim[] {
  return claims?.(entity) ?? [];
}

/** Parses a prefix that the test knows to be valid; throws otherwise. */
export function prefix(text: string): Prefix {
  return known(parsePrefix(text));
}

/** Parses a MAC that the test knows to be valid; throws otherwise. */
export function mac(text: string): Mac {
  return known(parseMac(text));
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a fixture does not parse');
  return value;
}
