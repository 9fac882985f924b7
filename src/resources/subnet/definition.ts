import { ok } from '../../base/index.ts';
import { type Address, formatAddress, formatPrefix, type Prefix, parseAddress, parsePrefix } from '../../ip/index.ts';
import {
  type AttributeType,
  attributeTypes,
  type Definition,
  identityAttributes,
  nameAttribute,
} from '../../kit/index.ts';
import type { NetworkId } from '../ids.ts';
import { type Route, showRoute } from '../route.ts';
import { routeList } from '../route-list.ts';
import type { Ipv6Mode, Subnet } from './subnet.ts';

const { address, addressKey, boolean, list, nullable, object, oneOf, orChosen, prefix, text, uuid } = attributeTypes;

/** The ends of an allocation pool as the client gave them: maybe of two families, maybe reversed. */
export interface PoolRequest {
  readonly start: Address;
  readonly end: Address;
}

/** A request about a subnet, as rules take it. */
export interface SubnetInput {
  readonly networkId: NetworkId;
  readonly name: string;
  readonly description: string;
  readonly ipVersion: 4 | 6;
  readonly cidr: Prefix | undefined;
  readonly gatewayIp: GatewayChoice;
  readonly enableDhcp: boolean;
  readonly ipv6RaMode: Ipv6Mode | undefined;
  readonly ipv6AddressMode: Ipv6Mode | undefined;
  /** Undefined or empty: all of the prefix but the gateway. */
  readonly allocationPools: readonly PoolRequest[] | undefined;
  readonly dnsNameservers: readonly Address[];
  readonly hostRoutes: readonly Route[];
  readonly serviceTypes: readonly string[];
}

/** `default` is the prefix's own address for IPv6, the one after it for IPv4; `none` was asked for with null. */
export type GatewayChoice = 'default' | 'none' | Address;

const ipv6Mode = oneOf<Ipv6Mode>('dhcpv6-stateful', 'dhcpv6-stateless', 'slaac');

/** Absent, it is shown as null, which no request may say. */
const mode: AttributeType<Ipv6Mode | undefined> = { ...ipv6Mode, shown: nullable(ipv6Mode).schema };

const gateway: AttributeType<GatewayChoice> = {
  schema: nullable(address).schema,
  parse: (value) => (value === null ? ok('none') : address.parse(value)),
};

const pools = list(object({ start: address, end: address }), ({ start, end }) =>
  [start, end].map(formatAddress).join('-'),
);
/** neutron-lib api/definitions/subnet_service_types.py: device owners. */
const serviceTypes = list(text(255), (type) => type);

/** neutron-lib api/definitions/subnet.py, subnet_service_types.py */
export const subnetDefinition: Definition<Subnet, SubnetInput> = {
  name: 'subnet',
  collection: 'subnets',
  attributes: [
    ...identityAttributes<Subnet>(),
    {
      name: 'network_id',
      access: 'create',
      field: 'networkId',
      type: uuid<NetworkId>('network'),
      default: 'required',
      parentOf: ({ networkId }) => networkId,
      column: 'network_id',
      read: ({ networkId }) => networkId,
    },
    nameAttribute,
    {
      name: 'ip_version',
      access: 'create',
      field: 'ipVersion',
      type: oneOf(4, 6),
      default: 'required',
      column: 'ip_version',
      read: ({ ipVersion }) => ipVersion,
    },
    {
      name: 'cidr',
      access: 'create',
      field: 'cidr',
      type: orChosen(prefix),
      default: { value: undefined },
      column: 'cidr',
      canonical: canonicalPrefix,
      read: ({ cidr }) => formatPrefix(cidr),
    },
    {
      name: 'gateway_ip',
      access: 'create-and-update',
      field: 'gatewayIp',
      type: gateway,
      default: { value: 'default' },
      column: 'gateway_ip',
      canonical: canonicalAddress,
      read: ({ gatewayIp }) => (gatewayIp ? formatAddress(gatewayIp) : null),
    },
    {
      name: 'enable_dhcp',
      access: 'create-and-update',
      field: 'enableDhcp',
      type: boolean,
      default: { value: true },
      column: 'enable_dhcp',
      read: ({ enableDhcp }) => enableDhcp,
    },
    {
      name: 'ipv6_ra_mode',
      access: 'create',
      field: 'ipv6RaMode',
      type: mode,
      default: { value: undefined },
      column: 'ipv6_ra_mode',
      read: ({ ipv6RaMode }) => ipv6RaMode ?? null,
    },
    {
      name: 'ipv6_address_mode',
      access: 'create',
      field: 'ipv6AddressMode',
      type: mode,
      default: { value: undefined },
      column: 'ipv6_address_mode',
      read: ({ ipv6AddressMode }) => ipv6AddressMode ?? null,
    },
    {
      name: 'allocation_pools',
      access: 'create-and-update',
      field: 'allocationPools',
      type: pools,
      default: { value: undefined },
      read: ({ allocationPools }) =>
        allocationPools.map(({ first, last }) => ({ start: formatAddress(first), end: formatAddress(last) })),
    },
    {
      name: 'dns_nameservers',
      access: 'create-and-update',
      field: 'dnsNameservers',
      type: list(address, addressKey),
      default: { value: [] },
      read: ({ dnsNameservers }) => dnsNameservers.map(formatAddress),
    },
    {
      name: 'host_routes',
      access: 'create-and-update',
      field: 'hostRoutes',
      type: routeList,
      default: { value: [] },
      read: (subnet) => subnet.hostRoutes.map(showRoute),
    },
    {
      name: 'service_types',
      access: 'create-and-update',
      field: 'serviceTypes',
      type: serviceTypes,
      default: { value: [] },
      read: (subnet) => subnet.serviceTypes,
    },
    { name: 'subnetpool_id', access: 'read-only', schema: { type: 'null' }, read: () => null },
  ],
};

function canonicalAddress(value: string): string {
  const parsed = parseAddress(value);
  return parsed ? formatAddress(parsed) : value;
}

function canonicalPrefix(value: string): string {
  const parsed = parsePrefix(value);
  return parsed ? formatPrefix(parsed) : value;
}
