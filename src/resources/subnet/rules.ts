import { err, ok, type Result } from '../../base/index.ts';
import {
  type Address,
  equalAddress,
  eui64,
  formatAddress,
  formatPrefix,
  type Prefix,
  prefixContains,
  prefixOverlaps,
} from '../../ip/index.ts';
import {
  type Change,
  type Decision,
  deleteRow,
  firstRevision,
  insertRow,
  inUse,
  invalidInput,
  type Key,
  nextRevision,
  notFound,
  type Problem,
  type ResourceSettings,
  type RuleContext,
  updateRow,
} from '../../kit/index.ts';
import type { SubnetId } from '../ids.ts';
import { checkMtu } from '../network/mtu.ts';
import { networkTable } from '../network/network.ts';
import { type FixedIp, sortFixedIps } from '../port/fixed-ip.ts';
import { isRouterPort } from '../port/owner.ts';
import { type Port, portTable } from '../port/port.ts';
import { routerKeys } from '../port/rules.ts';
import { released } from '../subnetpool/release.ts';
import { checkModes } from './modes.ts';
import { checkAffinity, decideOrigin, usualGateway } from './origin.ts';
import { checkPools, defaultPools, gatewayConflict, hasNoHosts, isHostAddress, isNoHost } from './pools.ts';
import { gatewayInUse, tooManyHostRoutes, tooManyNameservers } from './refusals.ts';
import {
  type GatewayChoice,
  isAutoAddress,
  type Subnet,
  type SubnetInput,
  servesOwner,
  subnetTable,
} from './subnet.ts';
import type { SubnetAudience, SubnetCreateWorld, SubnetDeleteWorld } from './world.ts';

type Outcome = Result<Decision<Subnet>, Problem>;

/** Chooses the gateway and pools that are left open. On a SLAAC subnet, the network's ports get their address of it. */
export function decideCreate(input: SubnetInput, world: SubnetCreateWorld, context: RuleContext): Outcome {
  if (!world.network) return err(notFound({ resource: 'network', id: input.networkId }));
  const origin = decideOrigin(input, world);
  if (!origin.ok) return origin;
  const { cidr, pool } = origin.value;
  const wrong =
    checkCidr(cidr, input, world) ??
    checkMtu(world.network, [cidr.address.family]) ??
    checkAffinity(input.ipVersion, pool, world) ??
    checkModes(input, cidr) ??
    checkServices(input, input, context.settings);
  if (wrong) return err(wrong);
  const gatewayIp = chooseGateway(input.gatewayIp, origin.value.gatewayIp);
  const badGateway = gatewayIp && checkGateway(gatewayIp, cidr);
  if (badGateway) return err(badGateway);
  const named = input.allocationPools ?? [];
  const pools = named.length > 0 ? checkPools(named, cidr) : ok(defaultPools(cidr, gatewayIp));
  if (!pools.ok) return pools;
  const conflict = gatewayConflict(gatewayIp, pools.value);
  if (conflict) return err(conflict);
  const subnet: Subnet = {
    ...firstRevision(context.now),
    id: context.newId() as SubnetId,
    projectId: context.projectId,
    networkId: input.networkId,
    name: input.name,
    description: input.description,
    tags: [],
    ipVersion: input.ipVersion,
    subnetpoolId: pool?.id,
    cidr,
    gatewayIp,
    enableDhcp: input.enableDhcp,
    ipv6RaMode: input.ipv6RaMode,
    ipv6AddressMode: input.ipv6AddressMode,
    allocationPools: pools.value,
    dnsNameservers: input.dnsNameservers,
    hostRoutes: input.hostRoutes,
    serviceTypes: input.serviceTypes,
  };
  const addressed = isAutoAddress(subnet) ? addAutoAddresses(subnet, world.ports, context) : [];
  return ok({
    entity: subnet,
    changes: [
      ...origin.value.changes,
      insertRow(subnetTable, subnet),
      ...reviseNetwork(world, context),
      ...portUpdates(addressed),
    ],
    dirty: dirtyKeys(subnet, world, addressed),
  });
}

/** Changes a subnet; its prefix stays. The gateway's address cannot change while a router's interface has it. */
export function decideUpdate(
  subnet: Subnet,
  input: Partial<SubnetInput>,
  world: SubnetAudience,
  context: RuleContext,
): Outcome {
  const { allocationPools, gatewayIp: gatewayChoice, ...plain } = input;
  const gatewayIp =
    gatewayChoice === undefined ? subnet.gatewayIp : chooseGateway(gatewayChoice, usualGateway(subnet.cidr));
  const pools = allocationPools === undefined ? ok(subnet.allocationPools) : checkPools(allocationPools, subnet.cidr);
  if (!pools.ok) return pools;
  const changed: Subnet = { ...subnet, ...plain, cidr: subnet.cidr, gatewayIp, allocationPools: pools.value };
  const wrong =
    checkModes(changed, subnet.cidr) ??
    checkServices(input, changed, context.settings) ??
    (gatewayChoice === undefined ? undefined : checkNewGateway(subnet, gatewayIp, world)) ??
    gatewayConflict(gatewayIp, pools.value);
  if (wrong) return err(wrong);
  const entity = nextRevision(changed, context.now);
  return ok({
    entity,
    changes: [updateRow(subnetTable, entity), ...reviseNetwork(world, context)],
    dirty: dirtyKeys(entity, world, []),
  });
}

/**
 * Addresses that follow from the MAC go with the subnet, and those of DHCP's ports; any other one, and a router's, holds it
 * (neutron db_base_plugin_v2 `_subnet_check_ip_allocations_internal_router_ports`).
 */
export function decideDelete(subnet: Subnet, world: SubnetDeleteWorld, context: RuleContext): Outcome {
  if (world.holders.length > 0) {
    const ids = world.holders.map(({ id }) => id).join(', ');
    const reason = `One or more ports have an IP allocation from this subnet: ${ids}`;
    return err(inUse({ resource: 'subnet', id: subnet.id, reason }));
  }
  const readdressed = world.users.map((port) =>
    readdress(
      port,
      port.fixedIps.filter(({ subnetId }) => subnetId !== subnet.id),
      context,
    ),
  );
  return ok({
    entity: subnet,
    changes: [
      ...portUpdates(readdressed),
      deleteRow(subnetTable, subnet.id),
      ...released(world.releases),
      ...reviseNetwork(world, context),
    ],
    dirty: dirtyKeys(subnet, world, readdressed),
  });
}

function checkCidr(cidr: Prefix, input: SubnetInput, world: SubnetCreateWorld): Problem | undefined {
  if (cidr.address.family !== input.ipVersion)
    return invalidInput(`cidr '${formatPrefix(cidr)}' does not match the ip_version '${input.ipVersion}'`);
  if (cidr.length === 0) return invalidInput('0 is not allowed as CIDR prefix length');
  if (hasNoHosts(cidr))
    return invalidInput(`cidr '${formatPrefix(cidr)}' holds addresses that no host of a subnet has`);
  const overlapping = world.siblings.find((sibling) => prefixOverlaps(sibling.cidr, cidr));
  if (!overlapping) return undefined;
  return invalidInput(
    `Requested subnet with cidr: ${formatPrefix(cidr)} for network: ${input.networkId} overlaps with another subnet`,
  );
}

/** Resolvers and routes that a client gave are of the subnet's family, and not too many. */
function checkServices(
  given: Partial<Pick<SubnetInput, 'dnsNameservers' | 'hostRoutes'>>,
  { ipVersion, id: subnetId = 'new subnet' }: Pick<Subnet, 'ipVersion'> & { readonly id?: string },
  settings: ResourceSettings,
): Problem | undefined {
  const { dnsNameservers = [], hostRoutes = [] } = given;
  if (dnsNameservers.length > settings.maxDnsNameservers)
    return tooManyNameservers({ subnetId, maximum: settings.maxDnsNameservers });
  if (hostRoutes.length > settings.maxHostRoutes)
    return tooManyHostRoutes({ subnetId, maximum: settings.maxHostRoutes });
  const foreign = [
    ...dnsNameservers,
    ...hostRoutes.flatMap(({ destination, nexthop }) => [destination.address, nexthop]),
  ].find(({ family }) => family !== ipVersion);
  return foreign && invalidInput(`'${formatAddress(foreign)}' does not match the ip_version '${ipVersion}'`);
}

function chooseGateway(choice: GatewayChoice, usual: Address): Address | undefined {
  if (choice === 'none') return undefined;
  return choice === 'default' ? usual : choice;
}

/** Outside the prefix is allowed: IPv6 hosts reach a router by its link-local address anyway. */
function checkGateway(gatewayIp: Address, cidr: Prefix): Problem | undefined {
  if (gatewayIp.family !== cidr.address.family)
    return invalidInput(`gateway_ip '${formatAddress(gatewayIp)}' does not match the ip_version of the subnet`);
  const isInside = prefixContains(cidr, gatewayIp);
  if (isInside ? !isHostAddress(cidr, gatewayIp) : isNoHost(gatewayIp))
    return invalidInput('Gateway is not valid on subnet');
  return undefined;
}

function checkNewGateway(subnet: Subnet, gatewayIp: Address | undefined, world: SubnetAudience): Problem | undefined {
  const current = subnet.gatewayIp;
  const holder = current && world.routerPorts.find((port) => holds(port, subnet.id, current));
  if (current && holder && !(gatewayIp && equalAddress(gatewayIp, current)))
    return gatewayInUse({ gatewayIp: formatAddress(current), portId: holder.id });
  return gatewayIp && checkGateway(gatewayIp, subnet.cidr);
}

function holds(port: Port, subnetId: SubnetId, address: Address): boolean {
  return port.fixedIps.some((fixed) => fixed.subnetId === subnetId && equalAddress(fixed.ipAddress, address));
}

/**
 * Every port but a router's configures itself from the new prefix's advertisement, so it gets that address here too; unless
 * the subnet is for ports of other owners.
 */
function addAutoAddresses(subnet: Subnet, ports: readonly Port[], context: RuleContext): readonly Port[] {
  return ports
    .filter((port) => !isRouterPort(port) && servesOwner(subnet, port.deviceOwner))
    .map((port) => {
      const added = { subnetId: subnet.id, ipAddress: eui64(subnet.cidr, port.macAddress) };
      return readdress(port, sortFixedIps([...port.fixedIps, added]), context);
    });
}

function readdress(port: Port, fixedIps: readonly FixedIp[], context: RuleContext): Port {
  return nextRevision({ ...port, fixedIps }, context.now);
}

function portUpdates(ports: readonly Port[]): readonly Change[] {
  return ports.map((port) => updateRow(portTable, port));
}

/** Subnets are part of their network, so its revision grows with them (neutron models_v2.py `revises_on_change`). */
function reviseNetwork({ network }: SubnetAudience, { now }: RuleContext): readonly Change[] {
  return network ? [updateRow(networkTable, nextRevision(network, now))] : [];
}

/** The network hears of it, routers with a port there carry the prefix, and ports may get or lose an address by it. */
function dirtyKeys(subnet: Subnet, { routerPorts }: SubnetAudience, readdressed: readonly Port[]): readonly Key[] {
  return [
    { kind: 'subnet', id: subnet.id },
    { kind: 'network', id: subnet.networkId },
    ...readdressed.map(({ id }) => ({ kind: 'port', id }) as const),
    ...routerKeys(routerPorts),
  ];
}
