import { newUuid, type Result } from '../../base/index.ts';
import { type Address, type Mac, type Prefix, parseAddress, parseMac, parsePrefix } from '../../ip/index.ts';
import { firstRevision, type ProjectId, type RuleContext } from '../../kit/index.ts';
import type { AddressGroup } from '../address-group/address-group.ts';
import type {
  AddressGroupId,
  NetworkId,
  PortId,
  RouterId,
  SecurityGroupId,
  SecurityGroupRuleId,
  SubnetId,
  SubnetpoolId,
} from '../ids.ts';
import type { Network, NetworkInput } from '../network/network.ts';
import { type Port, type PortInput, type PortWorld, portInput } from '../port/port.ts';
import type { Router } from '../router/router.ts';
import type { SecurityGroup } from '../security-group/security-group.ts';
import type { SecurityGroupRule, SecurityGroupRuleInput } from '../security-group-rule/security-group-rule.ts';
import { defaultSettings } from '../settings.ts';
import type { Subnet, SubnetInput } from '../subnet/subnet.ts';
import type { Subnetpool } from '../subnetpool/subnetpool.ts';

/** The time at which the builders' things were made and last changed. */
export const earlier = '2026-11-21T20:00:00Z';
/** The time at which the rules under test decide. */
export const now = '2026-11-22T08:00:00Z';
/** The project that the builders' things belong to. */
export const blue = 'blue' as ProjectId;

/** Where tests decide: a fixed time, ids that are new, and a chance that always says 0. */
export function aContext(differences: Partial<RuleContext> = {}): RuleContext {
  return {
    projectId: blue,
    caller: { projectId: blue, isAdmin: false },
    now,
    settings: defaultSettings,
    newId: newUuid,
    random: () => 0n,
    ...differences,
  };
}

/** Parses an address that the test knows to be valid; throws otherwise. */
export function address(text: string): Address {
  return known(parseAddress(text));
}

/** Parses a prefix that the test knows to be valid; throws otherwise. */
export function prefix(text: string): Prefix {
  return known(parsePrefix(text));
}

/** Parses a MAC that the test knows to be valid; throws otherwise. */
export function mac(text: string): Mac {
  return known(parseMac(text));
}

const standard = { ...firstRevision(earlier), projectId: blue, description: '', tags: [] };

/** A stored network that is plain but for the given differences. Each call makes another id. */
export function aNetwork(differences: Partial<Network> = {}): Network {
  return {
    ...standard,
    id: newUuid() as NetworkId,
    name: 'net',
    adminStateUp: true,
    shared: false,
    status: 'ACTIVE',
    mtuBytes: 1442,
    portSecurityEnabled: true,
    qosPolicyId: undefined,
    dnsDomain: '',
    networkType: 'geneve',
    physicalNetwork: undefined,
    segmentationId: differences.tunnelKey ?? 1,
    tunnelKey: 1,
    ...differences,
  };
}

/** A stored SLAAC subnet, 2001:db8:1::/64, but for the given differences. Each call makes another id. */
export function aSubnet(differences: Partial<Subnet> = {}): Subnet {
  return {
    ...standard,
    id: newUuid() as SubnetId,
    networkId: newUuid() as NetworkId,
    name: 'subnet',
    ipVersion: 6,
    subnetpoolId: undefined,
    cidr: prefix('2001:db8:1::/64'),
    gatewayIp: address('2001:db8:1::'),
    enableDhcp: true,
    ipv6RaMode: 'slaac',
    ipv6AddressMode: 'slaac',
    allocationPools: [{ first: address('2001:db8:1::1'), last: address('2001:db8:1:0:ffff:ffff:ffff:ffff') }],
    dnsNameservers: [],
    hostRoutes: [],
    serviceTypes: [],
    ...differences,
  };
}

/** A stored pool of 2001:db8::/48 but for the given differences, without bounds of its own. Each call makes another id. */
export function aSubnetpool(differences: Partial<Subnetpool> = {}): Subnetpool {
  return {
    ...standard,
    id: newUuid() as SubnetpoolId,
    name: 'pool',
    prefixes: [prefix('2001:db8::/48')],
    ipVersion: 6,
    defaultPrefixlen: 64,
    minPrefixlen: 0,
    maxPrefixlen: 128,
    defaultQuota: undefined,
    isDefault: false,
    shared: false,
    addressScopeId: undefined,
    ...differences,
  };
}

/** A stored port without addresses, device and host, but for the given differences. Each call makes another id. */
export function aPort(differences: Partial<Port> = {}): Port {
  return {
    ...standard,
    ...aPortInput(),
    id: newUuid() as PortId,
    networkId: newUuid() as NetworkId,
    name: 'port',
    macAddress: mac('fa:16:3e:00:00:01'),
    adminStateUp: true,
    status: 'DOWN',
    deviceId: '',
    deviceOwner: '',
    vifType: differences.hostId ? 'ovs' : 'unbound',
    fixedIps: [],
    allowedAddressPairs: [],
    portSecurityEnabled: true,
    securityGroupIds: [],
    hostId: '',
    vnicType: 'normal',
    profile: {},
    ipAllocation: 'immediate',
    extraDhcpOptions: [],
    trunkId: undefined,
    ...differences,
  };
}

/** A stored router without routes, but for the given differences. Each call makes another id. */
export function aRouter(differences: Partial<Router> = {}): Router {
  return {
    ...standard,
    id: newUuid() as RouterId,
    name: 'router',
    adminStateUp: true,
    status: 'ACTIVE',
    routes: [],
    ...differences,
  };
}

/** A stored stateful group that is no default group, but for the given differences. Each call makes another id. */
export function aSecurityGroup(differences: Partial<SecurityGroup> = {}): SecurityGroup {
  return {
    ...standard,
    id: newUuid() as SecurityGroupId,
    name: 'group',
    stateful: true,
    shared: false,
    isDefault: false,
    ...differences,
  };
}

/** A stored address group without addresses, but for the given differences. Each call makes another id. */
export function anAddressGroup(differences: Partial<AddressGroup> = {}): AddressGroup {
  return { ...standard, id: newUuid() as AddressGroupId, name: 'peers', addresses: [], shared: false, ...differences };
}

/** A rule that admits all IPv6 to its group's ports. */
export function aSecurityGroupRule(differences: Partial<SecurityGroupRule> = {}): SecurityGroupRule {
  return {
    ...standard,
    id: newUuid() as SecurityGroupRuleId,
    securityGroupId: newUuid() as SecurityGroupId,
    direction: 'ingress',
    ethertype: 'IPv6',
    protocol: undefined,
    portRangeMin: undefined,
    portRangeMax: undefined,
    remoteGroupId: undefined,
    remoteAddressGroupId: undefined,
    remoteIpPrefix: undefined,
    ...differences,
  };
}

/** A request for a network as a client makes it that names nothing but the given differences. */
export function aNetworkInput(differences: Partial<NetworkInput> = {}): NetworkInput {
  return {
    name: '',
    description: '',
    adminStateUp: true,
    shared: false,
    mtuBytes: undefined,
    portSecurityEnabled: true,
    qosPolicyId: undefined,
    dnsDomain: '',
    networkType: undefined,
    physicalNetwork: undefined,
    segmentationId: undefined,
    ...differences,
  };
}

/** A request for the subnet 2001:db8:1::/64 that names nothing else but the given differences. */
export function aSubnetInput(differences: Partial<SubnetInput> = {}): SubnetInput {
  return {
    networkId: newUuid() as NetworkId,
    name: '',
    description: '',
    ipVersion: 6,
    subnetpoolId: undefined,
    cidr: prefix('2001:db8:1::/64'),
    gatewayIp: 'default',
    enableDhcp: true,
    ipv6RaMode: undefined,
    ipv6AddressMode: undefined,
    allocationPools: undefined,
    dnsNameservers: [],
    hostRoutes: [],
    serviceTypes: [],
    ...differences,
  };
}

/** A request for a port as a client makes it that names nothing but the given differences. */
export function aPortInput(differences: Partial<PortInput> = {}): PortInput {
  return portInput({ networkId: newUuid() as NetworkId, ...differences });
}

/** A request for a rule that admits IPv6 from everywhere, as its attributes' defaults have it. */
export function aRuleInput(differences: Partial<SecurityGroupRuleInput> = {}): SecurityGroupRuleInput {
  return {
    securityGroupId: newUuid() as SecurityGroupId,
    description: '',
    direction: 'ingress',
    ethertype: 'IPv6',
    protocol: undefined,
    portRangeMin: undefined,
    portRangeMax: undefined,
    remoteGroupId: undefined,
    remoteAddressGroupId: undefined,
    remoteIpPrefix: undefined,
    ...differences,
  };
}

/** A network with these subnets, each of which has one free address at the start of its pools. */
export function aPortWorld(subnets: readonly Subnet[], differences: Partial<PortWorld> = {}): PortWorld {
  return {
    network: aNetwork(),
    macAddress: mac('fa:16:3e:00:00:01'),
    subnets,
    elsewhere: new Set(),
    taken: new Set(),
    groups: [],
    defaultGroupId: newUuid() as SecurityGroupId,
    free: new Map(subnets.map(({ id, allocationPools }) => [id, allocationPools.map(({ first }) => first)])),
    ...differences,
  };
}

/** The value of a success. Throws the problem otherwise. */
export function succeed<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`unexpected problem: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The kind of the problem, or undefined for a success. */
export function problemOf(result: Result<unknown, { readonly kind: string }>): string | undefined {
  return result.ok ? undefined : result.error.kind;
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a builder was given text that does not parse');
  return value;
}
