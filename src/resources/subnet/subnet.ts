import type { Address, Prefix, Range } from '../../ip/index.ts';
import type { Standard } from '../../kit/index.ts';
import type { NetworkId, SubnetId } from '../ids.ts';
import type { Route } from '../route.ts';

/** How guests learn their addresses (neutron-lib constants.IPV6_MODES). */
export type Ipv6Mode = 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless';

/** A prefix on a network, and how its addresses are given out (neutron-lib api/definitions/subnet.py). */
export interface Subnet extends Standard {
  readonly id: SubnetId;
  readonly networkId: NetworkId;
  readonly name: string;
  readonly ipVersion: 4 | 6;
  readonly cidr: Prefix;
  /** Undefined when the subnet was made with `gateway_ip: null`. */
  readonly gatewayIp: Address | undefined;
  readonly enableDhcp: boolean;
  /** How our router advertisements describe the prefix; undefined: we send none for it. */
  readonly ipv6RaMode: Ipv6Mode | undefined;
  readonly ipv6AddressMode: Ipv6Mode | undefined;
  /** In the order the client gave them. */
  readonly allocationPools: readonly Range[];
  readonly dnsNameservers: readonly Address[];
  readonly hostRoutes: readonly Route[];
  readonly serviceTypes: readonly string[];
}

/**
 * Whether a port's address on this subnet follows from its MAC (EUI-64): SLAAC and stateless DHCPv6, by either mode.
 * neutron-lib utils/net.py, `ipv6_utils.is_auto_address_subnet`.
 */
export function isAutoAddress(subnet: Pick<Subnet, 'ipv6AddressMode' | 'ipv6RaMode'>): boolean {
  return isAutoMode(subnet.ipv6AddressMode) || isAutoMode(subnet.ipv6RaMode);
}

function isAutoMode(mode: Ipv6Mode | undefined): boolean {
  return mode === 'slaac' || mode === 'dhcpv6-stateless';
}
