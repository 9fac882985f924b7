import type { Uuid } from '../base/index.ts';
import type { Address, Mac, Prefix } from '../ip/index.ts';

/** Neutron's three modes, for who advertises (`ipv6_ra_mode`) and for who assigns (`ipv6_address_mode`). */
export type Ipv6Mode = 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless';

/** Default router preference in the RA (RFC 4191 §2.1). */
export type RouterPreference = 'high' | 'medium' | 'low';

/**
 * A network's part of the intents, which is the same for all its ports. The controller tells it to a host once, however
 * many of them are plugged there.
 */
export interface NetworkIntent {
  readonly networkId: Uuid;
  /** Of the network's state as a whole; a lower one never replaces a higher one. */
  readonly revision: number;
  /** Told to guests by RA and DHCPv4. */
  readonly mtuBytes: number;
  /** False: nothing of its ports passes. */
  readonly adminStateUp: boolean;
  /** Every subnet of the network: a port need not have an address on each. */
  readonly subnets: readonly SubnetIntent[];
  /** The router ports on the network. Empty: the first hop itself advertises, with a router lifetime of 0. */
  readonly routers: readonly RouterIntent[];
  /**
   * Whether a port of the network has no port security: such a port is bound to no addresses, so a guest's duplicate address
   * detection has to reach it.
   */
  readonly openPorts: boolean;
}

/** A port's own part of its intent, and the id of its network. */
export interface OwnIntent {
  readonly portId: Uuid;
  /** Of the port's state as a whole; a lower one never replaces a higher one. */
  readonly revision: number;
  readonly networkId: Uuid;
  readonly mac: Mac;
  /** False: nothing passes. */
  readonly adminStateUp: boolean;
  /** False: no source checks and no SAVI. RA-Guard and DHCP shields stay. */
  readonly portSecurityEnabled: boolean;
  /** True for a guest that may send RAs and Redirects, and answer for addresses behind it (a router VNF). */
  readonly routerTrusted: boolean;
  readonly fixedAddresses: readonly FixedAddress[];
  readonly allowedAddressPairs: readonly AddressPair[];
  /** Addresses that the guest made and the controller has granted it, wherever it is plugged. No other port has them. */
  readonly boundAddresses: readonly Address[];
  /** How many bound addresses the port may have: RFC 6620 §3.2.6, Neutron has no such attribute. */
  readonly learnedAddressQuota: number;
}

/**
 * All that a host must know to be the first hop of one port: its own intent joined with its network's. It is a value:
 * whoever holds two can compare them. The intents of a network's ports hold the same lists of subnets and routers.
 */
export interface PortIntent extends OwnIntent, Pick<NetworkIntent, 'mtuBytes' | 'subnets' | 'routers' | 'openPorts'> {}

/** The port is up when its network is up, too, and as new as the newer of both. */
export function joinIntent(own: OwnIntent, network: NetworkIntent): PortIntent {
  const { mtuBytes, subnets, routers, openPorts } = network;
  const revision = Math.max(own.revision, network.revision);
  const adminStateUp = own.adminStateUp && network.adminStateUp;
  return { ...own, revision, adminStateUp, mtuBytes, subnets, routers, openPorts };
}

/** Takes apart what was told as one: whether it is the network that is down can't be told from it any more. */
export function splitIntent(whole: PortIntent): { readonly own: OwnIntent; readonly network: NetworkIntent } {
  const { mtuBytes, subnets, routers, openPorts, ...own } = whole;
  const { networkId, revision } = own;
  return { own, network: { networkId, revision, mtuBytes, adminStateUp: true, subnets, routers, openPorts } };
}

/** One of the port's `fixed_ips`. */
export interface FixedAddress {
  readonly subnetId: Uuid;
  readonly address: Address;
}

/** One of the port's `allowed_address_pairs`. */
export interface AddressPair {
  readonly prefix: Prefix;
  readonly mac: Mac;
}

/** A subnet as the first hop of a port serves it: what is advertised, and what is assigned by DHCP. */
export interface SubnetIntent {
  readonly id: Uuid;
  readonly prefix: Prefix;
  readonly gateway?: Address;
  /** Unset: we send no RA for it. IPv6 only. */
  readonly raMode?: Ipv6Mode;
  /** Unset: we assign nothing by DHCPv6. IPv6 only. */
  readonly addressMode?: Ipv6Mode;
  /** `enable_dhcp`. False silences DHCPv4, DHCPv6 and, as in Neutron, the RA of this subnet. */
  readonly dhcpEnabled: boolean;
  readonly dnsServers: readonly Address[];
  readonly searchDomains: readonly string[];
  readonly hostRoutes: readonly HostRoute[];
  readonly preferredLifetimeSeconds: number;
  readonly validLifetimeSeconds: number;
  /** The A flag of the prefix in the RA (RFC 4861 §4.6.2); in slaac and stateless modes only. */
  readonly autonomous: boolean;
  /** The L flag of the prefix in the RA. */
  readonly onLink: boolean;
}

/** A route for guests. Only IPv4 ones are told, by DHCPv4 (RFC 3442). */
export interface HostRoute {
  readonly destination: Prefix;
  readonly nextHop: Address;
}

/** A router's port on the network: the source of RAs. */
export interface RouterIntent {
  readonly portId: Uuid;
  readonly mac: Mac;
  /** EUI-64 of `mac`: OVN answers neighbour solicitations for it. */
  readonly linkLocal: Address;
  /** The subnets that the router has an address on; only these are in its RA. */
  readonly subnetIds: readonly Uuid[];
  /** RFC 4861 §6.2.1 AdvDefaultLifetime: 0, or up to 9000. */
  readonly routerLifetimeSeconds: number;
  readonly preference: RouterPreference;
}

/** Neutron's RA prefix lifetimes: radvd's defaults, in seconds (RFC 4861 §6.2.1 says 30 and 7 days). */
export const defaultLifetimes = { validLifetimeSeconds: 86400, preferredLifetimeSeconds: 14400 } as const;

/** RFC 4861 §6.2.1: three times MaxRtrAdvInterval (600 s). */
export const defaultRouterLifetimeSeconds = 1800;

/** Room for a link-local, a stable and seven temporary addresses (RFC 8981 §3.8) on a couple of prefixes. */
export const defaultLearnedAddressQuota = 16;
