/**
 * The resources as they stand on the wire, in the core attributes (Networking API v2.0 reference). A cloud with more
 * extensions answers with more attributes, which these types leave open.
 */

/** How RAs are sent, or addresses assigned. Source: neutron-lib constants IPV6_MODES; null where unset. */
export type Ipv6Mode = 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless' | null;

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly project_id: string;
  readonly admin_state_up: boolean;
  readonly status: string;
  readonly shared: boolean;
  readonly mtu: number;
  readonly subnets: readonly string[];
  readonly revision_number: number;
  readonly 'router:external'?: boolean;
  /** Only an administrator sees the three of them. */
  readonly 'provider:network_type'?: string;
  readonly 'provider:physical_network'?: string | null;
  readonly 'provider:segmentation_id'?: number | null;
}

export interface NetworkRequest {
  readonly name?: string;
  readonly description?: string;
  readonly admin_state_up?: boolean;
  readonly shared?: boolean;
  readonly mtu?: number;
  readonly project_id?: string;
  readonly [attribute: string]: unknown;
}

export interface AllocationPool {
  readonly start: string;
  readonly end: string;
}

export interface HostRoute {
  readonly destination: string;
  readonly nexthop: string;
}

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly project_id: string;
  readonly network_id: string;
  readonly ip_version: 4 | 6;
  readonly cidr: string;
  readonly gateway_ip: string | null;
  readonly enable_dhcp: boolean;
  readonly ipv6_ra_mode: Ipv6Mode;
  readonly ipv6_address_mode: Ipv6Mode;
  readonly allocation_pools: readonly AllocationPool[];
  readonly dns_nameservers: readonly string[];
  readonly host_routes: readonly HostRoute[];
  readonly revision_number: number;
}

export interface SubnetRequest {
  readonly network_id?: string;
  readonly ip_version?: 4 | 6;
  readonly cidr?: string;
  readonly name?: string;
  readonly description?: string;
  readonly gateway_ip?: string | null;
  readonly enable_dhcp?: boolean;
  readonly ipv6_ra_mode?: Ipv6Mode;
  readonly ipv6_address_mode?: Ipv6Mode;
  readonly allocation_pools?: readonly AllocationPool[];
  readonly dns_nameservers?: readonly string[];
  readonly host_routes?: readonly HostRoute[];
  readonly project_id?: string;
  readonly [attribute: string]: unknown;
}

/** In answers both members stand; a request may give either, both, or neither. */
export interface FixedIp {
  readonly subnet_id: string;
  readonly ip_address: string;
}

export interface AddressPair {
  /** An address or a prefix. */
  readonly ip_address: string;
  /** The port's own MAC address where it is left out. */
  readonly mac_address?: string;
}

export interface Port {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly project_id: string;
  readonly network_id: string;
  readonly mac_address: string;
  readonly admin_state_up: boolean;
  readonly status: string;
  readonly device_id: string;
  readonly device_owner: string;
  readonly fixed_ips: readonly FixedIp[];
  readonly allowed_address_pairs: readonly AddressPair[];
  readonly security_groups?: readonly string[];
  readonly revision_number: number;
  /** Only an administrator sees the binding. */
  readonly 'binding:host_id'?: string;
  readonly 'binding:vif_type'?: string;
  readonly 'binding:vif_details'?: Readonly<Record<string, unknown>>;
  readonly 'binding:vnic_type'?: string;
}

export interface PortRequest {
  readonly network_id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly mac_address?: string;
  readonly admin_state_up?: boolean;
  readonly device_id?: string;
  readonly device_owner?: string;
  readonly fixed_ips?: readonly Partial<FixedIp>[];
  readonly allowed_address_pairs?: readonly AddressPair[];
  readonly security_groups?: readonly string[] | null;
  readonly 'binding:host_id'?: string;
  readonly project_id?: string;
  readonly [attribute: string]: unknown;
}

export interface Router {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly project_id: string;
  readonly admin_state_up: boolean;
  readonly status: string;
  readonly external_gateway_info?: Readonly<Record<string, unknown>> | null;
  readonly revision_number: number;
}

export interface RouterRequest {
  readonly name?: string;
  readonly description?: string;
  readonly admin_state_up?: boolean;
  readonly project_id?: string;
  readonly [attribute: string]: unknown;
}

/** A subnet (its gateway address is taken) or a port that was made before. */
export type RouterInterfaceRequest = { readonly subnet_id: string } | { readonly port_id: string };

export interface RouterInterface {
  /** The router. */
  readonly id: string;
  readonly port_id: string;
  readonly network_id: string;
  readonly subnet_id: string;
  readonly subnet_ids: readonly string[];
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly project_id: string;
  readonly stateful?: boolean;
  readonly security_group_rules: readonly SecurityGroupRule[];
  readonly revision_number: number;
}

export interface SecurityGroupRequest {
  readonly name?: string;
  readonly description?: string;
  readonly stateful?: boolean;
  readonly project_id?: string;
  readonly [attribute: string]: unknown;
}

export interface SecurityGroupRule {
  readonly id: string;
  readonly security_group_id: string;
  readonly direction: 'ingress' | 'egress';
  readonly ethertype: 'IPv4' | 'IPv6';
  /** A name or a number; null: any. */
  readonly protocol: string | null;
  /** Ports, or the type and the code of ICMP. */
  readonly port_range_min: number | null;
  readonly port_range_max: number | null;
  readonly remote_ip_prefix: string | null;
  readonly remote_group_id: string | null;
}

export interface SecurityGroupRuleRequest {
  readonly security_group_id?: string;
  readonly direction?: 'ingress' | 'egress';
  readonly ethertype?: 'IPv4' | 'IPv6';
  readonly protocol?: string | number | null;
  readonly port_range_min?: number | null;
  readonly port_range_max?: number | null;
  readonly remote_ip_prefix?: string | null;
  readonly remote_group_id?: string | null;
  readonly description?: string;
  readonly [attribute: string]: unknown;
}

export interface AgentView {
  readonly id: string;
  readonly host: string;
  readonly agent_type: string;
  readonly binary: string;
  readonly alive: boolean;
  readonly admin_state_up: boolean;
  readonly configurations: Readonly<Record<string, unknown>>;
}

export interface ApiExtension {
  readonly alias: string;
  readonly name: string;
  readonly description: string;
  readonly updated: string;
}
