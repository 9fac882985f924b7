import { formatAddress, formatPrefix } from '../../ip/index.ts';
import {
  flag,
  fromFlag,
  integer,
  jsonList,
  jsonText,
  optionalAddressText,
  optionalText,
  standardColumns,
  standardFromRow,
  standardToRow,
  storedAddress,
  storedPrefix,
  type Table,
  text,
} from '../../kit/index.ts';
import type { NetworkId, SubnetId } from '../ids.ts';
import { routesFromRow, routesToText } from '../route.ts';
import type { Ipv6Mode, Subnet } from './subnet.ts';

export const subnetTable: Table<Subnet> = {
  name: 'subnets',
  columns: {
    ...standardColumns,
    network_id: { kind: 'text' },
    name: { kind: 'text' },
    ip_version: { kind: 'integer' },
    cidr: { kind: 'text' },
    gateway_ip: { kind: 'text', nullable: true },
    enable_dhcp: { kind: 'integer' },
    ipv6_ra_mode: { kind: 'text', nullable: true },
    ipv6_address_mode: { kind: 'text', nullable: true },
    allocation_pools: { kind: 'text' },
    dns_nameservers: { kind: 'text' },
    host_routes: { kind: 'text' },
    service_types: { kind: 'text' },
  },
  toRow: (subnet) => ({
    ...standardToRow(subnet),
    network_id: subnet.networkId,
    name: subnet.name,
    ip_version: subnet.ipVersion,
    cidr: formatPrefix(subnet.cidr),
    gateway_ip: optionalAddressText(subnet.gatewayIp),
    enable_dhcp: fromFlag(subnet.enableDhcp),
    ipv6_ra_mode: subnet.ipv6RaMode ?? null,
    ipv6_address_mode: subnet.ipv6AddressMode ?? null,
    allocation_pools: jsonText(subnet.allocationPools.map(({ first, last }) => [first, last].map(formatAddress))),
    dns_nameservers: jsonText(subnet.dnsNameservers.map(formatAddress)),
    host_routes: routesToText(subnet.hostRoutes),
    service_types: jsonText(subnet.serviceTypes),
  }),
  fromRow: (row) => {
    const gateway = optionalText(row, 'gateway_ip');
    return {
      ...standardFromRow(row),
      id: text(row, 'id') as SubnetId,
      networkId: text(row, 'network_id') as NetworkId,
      name: text(row, 'name'),
      ipVersion: integer(row, 'ip_version') === 4 ? 4 : 6,
      cidr: storedPrefix(text(row, 'cidr')),
      gatewayIp: gateway === undefined ? undefined : storedAddress(gateway),
      enableDhcp: flag(row, 'enable_dhcp'),
      ipv6RaMode: optionalText(row, 'ipv6_ra_mode') as Ipv6Mode | undefined,
      ipv6AddressMode: optionalText(row, 'ipv6_address_mode') as Ipv6Mode | undefined,
      allocationPools: jsonList<[string, string]>(row, 'allocation_pools').map(([first, last]) => ({
        first: storedAddress(first),
        last: storedAddress(last),
      })),
      dnsNameservers: jsonList<string>(row, 'dns_nameservers').map(storedAddress),
      hostRoutes: routesFromRow(row, 'host_routes'),
      serviceTypes: jsonList<string>(row, 'service_types'),
    };
  },
};
