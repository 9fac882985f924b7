import type { ResourceSettings } from '../kit/index.ts';
import type { SegmentRange } from './network/segment.ts';

declare module '../kit/settings.ts' {
  interface ResourceSettings {
    /**
     * MTU of a tenant network, and the largest that may be asked for, in bytes. Default 1442: a 1500 byte IPv4 underlay
     * less Geneve's 58 (1422 over IPv6).
     */
    readonly networkMtuBytes: number;
    /** Most fixed addresses of one port. Default 64. DEVIATION(ADR-0008): Neutron has no such limit any more. */
    readonly maxFixedIpsPerPort: number;
    /** neutron.conf max_allowed_address_pair. Default 10. */
    readonly maxAllowedAddressPairs: number;
    /** neutron.conf max_subnet_host_routes and max_dns_nameservers. */
    readonly maxHostRoutes: number;
    readonly maxDnsNameservers: number;
    /** Most routes of one router: neutron.conf max_routes. Default 30. */
    readonly maxRoutes: number;
    /** The first three or four octets of generated MACs: neutron.conf base_mac. Lower case, with colons. */
    readonly macPrefix: string;
    /** Identifiers that networks may get, of the types that administrators may ask for. Default: Geneve's 1 to 65535. */
    readonly segmentRanges: readonly SegmentRange[];
    /** Physical networks that may have a flat network; `*`: any. Default: none (neutron ml2_conf.ini flat_networks). */
    readonly flatNetworks: readonly string[];
    /** The bridge that guests are plugged into: `binding:vif_details.bridge_name`. */
    readonly bridgeName: string;
    /** An agent that was silent for longer is not alive: neutron.conf agent_down_time. Seconds, default 75. */
    readonly agentDownSeconds: number;
    /**
     * Limits of projects that have none of their own, by the names in `/v2.0/quotas`; -1, as what is not named: no limit
     * (neutron.conf quota_network, quota_port, ...). DEVIATION(ADR-0008): Neutron's defaults are 100 networks, 500 ports, ...
     */
    readonly quotas: readonly { readonly resource: string; readonly limit: number }[];
  }
}

/**
 * The settings of a service that was told none. Its MTU fits an underlay of 1500 bytes on IPv4, less Geneve (58
 * bytes).
 */
export const defaultSettings: ResourceSettings = {
  networkMtuBytes: 1442,
  maxFixedIpsPerPort: 64,
  maxAllowedAddressPairs: 10,
  maxHostRoutes: 20,
  maxDnsNameservers: 5,
  maxRoutes: 30,
  maxBulkItems: 10_000,
  macPrefix: 'fa:16:3e',
  segmentRanges: [],
  flatNetworks: [],
  bridgeName: 'br-hop',
  agentDownSeconds: 75,
  quotas: [],
  listPauseSeconds: 30,
};
