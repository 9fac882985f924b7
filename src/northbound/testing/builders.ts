import { newUuid } from '../../base/index.ts';
import { type Mac, type Prefix, parseMac, parsePrefix } from '../../ip/index.ts';
import type { ProjectId } from '../../kit/index.ts';
import {
  type Network,
  type Port,
  type Router,
  type RouterId,
  routerInterfaceOwner,
  type Subnet,
} from '../../resources/index.ts';
import { address, aPort } from '../../store/testing/builders.ts';
import type { World } from '../world.ts';

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

/** The world that has these objects and no others. */
export function aWorld({ networks = [], subnets = [], ports = [], routers = [] }: Objects): World {
  const byId = <E extends { readonly id: string }>(entities: readonly E[]): Map<E['id'], E> =>
    new Map(entities.map((entity) => [entity.id, entity]));
  const interfaces = ports.filter(({ deviceOwner }) => deviceOwner === routerInterfaceOwner);
  return {
    networks: byId(networks),
    subnets: byId(subnets),
    ports: byId(ports),
    routers: byId(routers),
    interfaces: Map.groupBy(interfaces, ({ deviceId }) => deviceId as RouterId),
  };
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
