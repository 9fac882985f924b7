import {
  defaultLearnedAddressQuota,
  defaultLifetimes,
  defaultRouterLifetimeSeconds,
  type NetworkIntent,
  type OwnIntent,
  type RouterIntent,
  type SubnetIntent,
} from '../firsthop/index.ts';
import { type Address, isUnspecified, linkLocalFromMac } from '../ip/index.ts';
import {
  asRouterInterface,
  type Network,
  type NetworkId,
  type Port,
  type PortId,
  type Router,
  type RouterId,
  type Subnet,
} from '../resources/index.ts';
import { isAutonomous, isLearnable } from './learnable.ts';

/**
 * The part of the declared world that intents are made from: of one moment, and whole for these ports. While a network is
 * the same object as in an earlier world, all that belongs to it is as it was.
 */
export interface IntentWorld {
  /** Of the snapshot. */
  readonly revision: number;
  readonly ports: ReadonlyMap<PortId, Port>;
  readonly networks: ReadonlyMap<NetworkId, Network>;
  /** All subnets of each network above. */
  readonly subnets: ReadonlyMap<NetworkId, readonly Subnet[]>;
  /** The ports by which routers are on each network above. */
  readonly interfaces: ReadonlyMap<NetworkId, readonly Port[]>;
  readonly routers: ReadonlyMap<RouterId, Router>;
  /** Those of the networks above with a guest's port that has no port security. */
  readonly openNetworks: ReadonlySet<NetworkId>;
  /** Of the ports above that have some. */
  readonly boundAddresses: ReadonlyMap<PortId, readonly Address[]>;
}

/** Whether the host has business with the port: it is bound there, or nobody said where it belongs. */
export function isBoundTo(port: Port, host: string): boolean {
  return port.hostId === '' || port.hostId === host;
}

/** What an operator may set of what guests are told, for the whole cloud. */
export interface AdvertisingSettings {
  /** Told by RA (RFC 8106 §5.2) and DHCP. Default: `openstacklocal`, as neutron.conf dns_domain. Empty: none is told. */
  readonly searchDomains: readonly string[];
  /** Of the prefixes in RAs and the leases of DHCPv6, in seconds. The preferred one is no longer than the valid one. */
  readonly preferredLifetimeSeconds: number;
  readonly validLifetimeSeconds: number;
}

/**
 * The settings of advertisements where the operator gives none. The search domain is Neutron's `dns_domain` default.
 */
export const defaultAdvertising: AdvertisingSettings = { searchDomains: ['openstacklocal'], ...defaultLifetimes };

/**
 * Makes the intents of networks: all that a host must know of one, whichever of its ports are plugged there. Pure. The
 * intent of a network is the same object until the network changes.
 */
export function networkIntentMaker(
  advertising: AdvertisingSettings,
): (world: IntentWorld, networkId: NetworkId) => NetworkIntent | undefined {
  const known = new WeakMap<Network, NetworkIntent>();
  return (world, networkId) => {
    const network = world.networks.get(networkId);
    if (!network) return undefined;
    const intent = known.get(network) ?? networkIntent(world, network, advertising);
    known.set(network, intent);
    return intent;
  };
}

function networkIntent(world: IntentWorld, network: Network, advertising: AdvertisingSettings): NetworkIntent {
  const [subnets, interfaces] = [world.subnets.get(network.id) ?? [], world.interfaces.get(network.id) ?? []];
  return {
    networkId: network.id,
    revision: world.revision,
    mtuBytes: network.mtuBytes,
    adminStateUp: network.adminStateUp,
    subnets: subnets.map((it) => subnetIntent(it, advertising)),
    routers: interfaces.flatMap((it) => routerIntent(world.routers, it)),
    openPorts: world.openNetworks.has(network.id),
  };
}

/** Makes what a host must know of a port besides its network. Pure. */
export function ownIntent(world: IntentWorld, port: Port): OwnIntent {
  return {
    portId: port.id,
    revision: world.revision,
    networkId: port.networkId,
    mac: port.macAddress,
    adminStateUp: port.adminStateUp,
    portSecurityEnabled: port.portSecurityEnabled,
    routerTrusted: false,
    fixedAddresses: port.fixedIps.map(({ subnetId, ipAddress }) => ({ subnetId, address: ipAddress })),
    allowedAddressPairs: port.allowedAddressPairs.map(({ ipAddress, macAddress }) => ({
      prefix: ipAddress,
      mac: macAddress,
    })),
    boundAddresses: boundAddresses(world, port),
    learnedAddressQuota: defaultLearnedAddressQuota,
  };
}

/** Those of the port's bindings that it may use at present: its subnet may be gone, or its port security off. */
function boundAddresses(world: IntentWorld, { id, networkId, portSecurityEnabled }: Port): readonly Address[] {
  if (!portSecurityEnabled) return [];
  const subnets = world.subnets.get(networkId) ?? [];
  return (world.boundAddresses.get(id) ?? []).filter((address) => isLearnable(address, subnets));
}

function subnetIntent(subnet: Subnet, advertising: AdvertisingSettings): SubnetIntent {
  const { gatewayIp, ipv6RaMode, ipv6AddressMode } = subnet;
  return {
    id: subnet.id,
    prefix: subnet.cidr,
    ...(gatewayIp && { gateway: gatewayIp }),
    ...(ipv6RaMode && { raMode: ipv6RaMode }),
    ...(ipv6AddressMode && { addressMode: ipv6AddressMode }),
    dhcpEnabled: subnet.enableDhcp,
    dnsServers: resolversOf(subnet),
    hostRoutes: subnet.hostRoutes.map(({ destination, nexthop }) => ({ destination, nextHop: nexthop })),
    ...advertising,
    autonomous: isAutonomous(subnet),
    onLink: true,
  };
}

/** `::`, or 0.0.0.0, among them says that guests are told none (neutron common/ovn/utils.py get_dhcp_dns_servers). */
function resolversOf({ dnsNameservers }: Subnet): readonly Address[] {
  return dnsNameservers.some(isUnspecified) ? [] : dnsNameservers;
}

/** The router as it is advertised: with a lifetime of 0 while it is down, so that guests drop their default route at once. */
function routerIntent(routers: IntentWorld['routers'], port: Port): readonly RouterIntent[] {
  const attached = asRouterInterface(port);
  const router = attached && routers.get(attached.routerId);
  if (!attached || !router) return [];
  const isUp = router.adminStateUp && port.adminStateUp;
  return [
    {
      portId: port.id,
      mac: port.macAddress,
      linkLocal: linkLocalFromMac(port.macAddress),
      subnetIds: [...new Set(attached.fixedIps.map(({ subnetId }) => subnetId))],
      routerLifetimeSeconds: isUp ? defaultRouterLifetimeSeconds : 0,
      preference: 'medium',
    },
  ];
}
