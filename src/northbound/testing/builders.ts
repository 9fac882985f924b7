import { newUuid } from '../../base/index.ts';
import { type Address, type Mac, type Prefix, parseAddress, parseMac, parsePrefix } from '../../ip/index.ts';
import {
  type Network,
  type NetworkId,
  type Port,
  type PortId,
  type ProjectId,
  type Router,
  type RouterId,
  routerInterfaceOwner,
  type Standard,
  type Subnet,
  type SubnetId,
} from '../../resources/index.ts';
import type { World } from '../world.ts';

const standard: Standard = {
  projectId: 'blue' as ProjectId,
  description: '',
  tags: [],
  revision: 1,
  createdAt: '2026-11-21T20:00:00Z',
  updatedAt: '2026-11-21T20:00:00Z',
};

export function aNetwork(differences: Partial<Network> = {}): Network {
  return {
    ...standard,
    id: newUuid() as NetworkId,
    name: 'net',
    adminStateUp: true,
    shared: false,
    status: 'ACTIVE',
    mtuBytes: 1422,
    portSecurityEnabled: true,
    networkType: 'geneve',
    segmentationId: 7,
    ...differences,
  };
}

export function aSubnet(network: Network, cidr: string): Subnet {
  return {
    ...standard,
    id: newUuid() as SubnetId,
    networkId: network.id,
    name: 'subnet',
    ipVersion: cidr.includes(':') ? 6 : 4,
    cidr: prefix(cidr),
    gatewayIp: undefined,
    enableDhcp: true,
    ipv6RaMode: 'slaac',
    ipv6AddressMode: 'slaac',
    allocationPools: [],
    dnsNameservers: [],
    hostRoutes: [],
    serviceTypes: [],
  };
}

export function aPort(network: Network, differences: Partial<Port> = {}): Port {
  return {
    ...standard,
    id: newUuid() as PortId,
    networkId: network.id,
    name: 'port',
    macAddress: mac('fa:16:3e:00:00:01'),
    adminStateUp: true,
    status: 'DOWN',
    deviceId: '',
    deviceOwner: '',
    fixedIps: [],
    allowedAddressPairs: [],
    portSecurityEnabled: true,
    binding: { hostId: '', vnicType: 'normal', profile: {} },
    ipAllocation: 'immediate',
    ...differences,
  };
}

export function aRouter(differences: Partial<Router> = {}): Router {
  const id = newUuid() as RouterId;
  return { ...standard, id, name: 'router', adminStateUp: true, status: 'ACTIVE', routes: [], ...differences };
}

/** The port by which a router has the addresses, one for each subnet. */
export function anInterface(router: Router, network: Network, addresses: readonly (readonly [Subnet, string])[]): Port {
  return aPort(network, {
    deviceId: router.id,
    deviceOwner: routerInterfaceOwner,
    macAddress: mac('fa:16:3e:00:00:fe'),
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

export function address(text: string): Address {
  return known(parseAddress(text));
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
