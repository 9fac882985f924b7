import { err, ok } from '../../base/index.ts';
import { type Address, formatAddress, formatPrefix, isIpv6, type Range } from '../../ip/index.ts';
import {
  type AttributeType,
  attributeTypes,
  badRequest,
  changeable,
  type Definition,
  declare,
  type EntityOf,
  type Filter,
  fieldTypes,
  fixed,
  type InputOf,
  jsonText,
  type KeptType,
  type ProjectId,
  storedAddress,
  type Table,
  type Viewer,
} from '../../kit/index.ts';
import type { NetworkId, SubnetId, SubnetpoolId } from '../ids.ts';
import { networkTable } from '../network/network.ts';
import { sharedToCaller } from '../rbac-policy/sharing.ts';
import { keptRoutes, routeList } from '../route.ts';
import { invalidServiceType, serviceTypeNoText } from './refusals.ts';

const { addressKey, object, orChosen, shownSchema } = attributeTypes;
const { address, boolean, ipVersion, list, nullable, prefix, text, uuid, word } = fieldTypes;

/** How guests learn their addresses (neutron-lib constants.IPV6_MODES). */
export type Ipv6Mode = 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless';

const mode = word<Ipv6Mode>('dhcpv6-stateful', 'dhcpv6-stateless', 'slaac');

/** Absent, it is shown as null, which no request may say. */
const givenMode: AttributeType<Ipv6Mode | undefined> = mode;

/** `default` is the prefix's own address for IPv6, the one after it for IPv4; `none` was asked for with null. */
export type GatewayChoice = 'default' | 'none' | Address;

const gateway: AttributeType<GatewayChoice> = {
  schema: nullable(address).schema,
  parse: (value) => (value === null ? ok('none') : address.parse(value)),
};

/** The ends of an allocation pool as the client gave them: maybe of two families, maybe reversed. */
export interface PoolRequest {
  readonly start: Address;
  readonly end: Address;
}

const poolRequests = attributeTypes.list(object({ start: address, end: address }), ({ start, end }) =>
  [start, end].map(formatAddress).join('-'),
);

/** Undefined or empty: all of the prefix but the gateway. */
const givenPools: AttributeType<readonly PoolRequest[] | undefined> = poolRequests;

const keptPools: KeptType<readonly Range[]> = {
  schema: shownSchema(poolRequests),
  show: (pools) => pools.map(({ first, last }) => ({ start: formatAddress(first), end: formatAddress(last) })),
  column: { kind: 'text' },
  toColumn: (pools) => jsonText(pools.map(({ first, last }) => [first, last].map(formatAddress))),
  fromColumn(value) {
    const kept = JSON.parse(String(value)) as readonly (readonly [string, string])[];
    return kept.map(([first, last]) => ({ first: storedAddress(first), last: storedAddress(last) }));
  },
};

/** The beginnings of device owners (neutron-lib constants.py `DEVICE_OWNER_*_PREFIX`). */
const ownerPrefixes = ['network:', 'compute:', 'baremetal:', 'neutron:', 'trunk:'];

const serviceType: AttributeType<string> = {
  ...attributeTypes.text(255),
  parse(value) {
    if (typeof value !== 'string') return err(serviceTypeNoText({ serviceType: JSON.stringify(value) }));
    const parsed = attributeTypes.text(255).parse(value);
    if (!parsed.ok || ownerPrefixes.some((prefix) => value.startsWith(prefix))) return parsed;
    return err(invalidServiceType({ serviceType: value }));
  },
};

const serviceTypeList = attributeTypes.list(serviceType);

/** One that is named twice counts once. */
const serviceTypes: AttributeType<readonly string[]> = {
  ...serviceTypeList,
  parse(value) {
    const parsed = serviceTypeList.parse(value);
    return parsed.ok ? ok([...new Set(parsed.value)]) : parsed;
  },
};

/** Neutron takes `prefix_delegation` for a pool. Prefixes are not delegated here yet. */
const givenPool: AttributeType<SubnetpoolId | undefined> = {
  ...nullable(uuid<SubnetpoolId>('subnetpool')),
  parse: (value) =>
    value === 'prefix_delegation'
      ? err(badRequest({ resource: 'subnets', reason: 'Prefix delegation is not supported' }))
      : nullable(uuid<SubnetpoolId>('subnetpool')).parse(value),
};

const fields = {
  networkId: fixed(uuid<NetworkId>('network'), { isParent: true }),
  name: changeable(text(255), { default: '' }),
  ipVersion: fixed(ipVersion),
  /** Undefined: its prefix is of no pool. */
  subnetpoolId: fixed(nullable(uuid<SubnetpoolId>('subnetpool')), { given: givenPool, default: undefined }),
  cidr: fixed(prefix, { given: orChosen(attributeTypes.prefix), default: undefined }),
  /** Undefined when the subnet was made with `gateway_ip: null`. */
  gatewayIp: changeable(nullable(address), { given: gateway, default: 'default' }),
  enableDhcp: changeable(boolean, { default: true }),
  /** How our router advertisements describe the prefix; undefined: we send none for it. */
  ipv6RaMode: fixed(nullable(mode), { given: givenMode, default: undefined }),
  ipv6AddressMode: fixed(nullable(mode), { given: givenMode, default: undefined }),
  /** In the order the client gave them. */
  allocationPools: changeable(keptPools, { given: givenPools, default: undefined, isUnfiltered: true }),
  dnsNameservers: changeable(list(address, addressKey), { default: [], isUnfiltered: true }),
  hostRoutes: changeable(keptRoutes, { given: routeList, default: [], isUnfiltered: true }),
  /** Device owners (neutron-lib api/definitions/subnet_service_types.py). */
  serviceTypes: changeable(list(text(255)), { given: serviceTypes, default: [], isUnfiltered: true }),
};

/** A prefix on a network, and how its addresses are given out (neutron-lib api/definitions/subnet.py). */
export type Subnet = EntityOf<typeof fields, SubnetId>;

/** A request about a subnet, as rules take it. */
export type SubnetInput = InputOf<typeof fields> & {
  /** Of the prefix that the pool is to choose; undefined: the pool's default. */
  readonly prefixlen?: number | undefined;
  readonly useDefaultSubnetpool?: boolean;
};

const declared = declare<typeof fields, SubnetId>({ name: 'subnet', collection: 'subnets', isCounted: true }, fields);

/** Scope of the claims on what one project's subnets have of a pool: its prefixes, as text. */
export function allottedScope(subnetpoolId: SubnetpoolId, projectId: ProjectId): string {
  return `allotted:${subnetpoolId}:${projectId}`;
}

/** How subnets are stored. One of a pool claims its prefix there, by which quotas are counted. */
export const subnetTable: Table<Subnet> = {
  ...declared.table,
  claims: ({ subnetpoolId, projectId, cidr }) =>
    subnetpoolId ? [{ scope: allottedScope(subnetpoolId, projectId), value: formatPrefix(cidr) }] : [],
  declares: ({ networkId, gatewayIp }) => (gatewayIp && isIpv6(gatewayIp) ? [{ networkId, address: gatewayIp }] : []),
};

/** How subnets look in the API: what is stored, and by what a request asks a pool for a prefix. */
export const subnetDefinition: Definition<Subnet, SubnetInput> = {
  ...declared.definition,
  attributes: [
    ...declared.definition.attributes,
    {
      name: 'prefixlen',
      access: 'create',
      field: 'prefixlen',
      type: attributeTypes.orAbsent(attributeTypes.integer(0)),
      default: { value: undefined },
    },
    {
      name: 'use_default_subnetpool',
      access: 'create',
      field: 'useDefaultSubnetpool',
      type: attributeTypes.boolean,
      default: { value: false },
    },
  ],
  filters: { ...declared.definition.filters, shared: filterByNetwork },
};

/** A subnet is shared as its network is. */
function filterByNetwork(values: readonly string[], viewer: Viewer): ReturnType<Filter> {
  const shared = sharedToCaller.filter(values, viewer);
  return shared.ok ? ok({ kind: 'related', column: 'network_id', table: networkTable, where: shared.value }) : shared;
}

/**
 * Whether a port's address on this subnet follows from its MAC (EUI-64): SLAAC and stateless DHCPv6, by either mode.
 * neutron-lib utils/net.py, `ipv6_utils.is_auto_address_subnet`.
 */
export function isAutoAddress(subnet: Pick<Subnet, 'ipv6AddressMode' | 'ipv6RaMode'>): boolean {
  return isAutoMode(subnet.ipv6AddressMode) || isAutoMode(subnet.ipv6RaMode);
}

/** Whether ports of this owner get addresses of the subnet: of one without types, all (neutron-lib api/definitions/subnet_service_types.py). */
export function servesOwner({ serviceTypes }: Pick<Subnet, 'serviceTypes'>, deviceOwner: string): boolean {
  return serviceTypes.length === 0 || serviceTypes.includes(deviceOwner);
}

function isAutoMode(mode: Ipv6Mode | undefined): boolean {
  return mode === 'slaac' || mode === 'dhcpv6-stateless';
}
