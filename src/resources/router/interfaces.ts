import { err, invariant, ok, type Result } from '../../base/index.ts';
import { formatPrefix, prefixContains, prefixOverlaps, rangeContains } from '../../ip/index.ts';
import {
  type ActionOutcome,
  type Decision,
  deleteRow,
  inUse,
  nextRevision,
  notFound,
  type Problem,
  type RuleContext,
  updateRow,
} from '../../kit/index.ts';
import { sortFixedIps } from '../port/fixed-ip.ts';
import { routerInterfaceOwner } from '../port/owner.ts';
import { type Port, portTable } from '../port/port.ts';
import { decideNew as decideNewPort, portKeys } from '../port/rules.ts';
import type { Subnet } from '../subnet/subnet.ts';
import { badInterfaceRequest, type InterfaceRequest } from './interface-request.ts';
import {
  routerInterfaceNotFound,
  routerInterfaceNotOnSubnet,
  routerInterfaceUsedByRoute,
  subnetMismatchForPort,
} from './refusals.ts';
import { type Router, routerTable } from './router.ts';
import { type InterfaceWorld, interfacePortInput } from './world.ts';

type Outcome = Result<ActionOutcome, Problem>;

/** neutron l3_db.py `add_router_interface` */
export function decideAddInterface(
  router: Router,
  request: InterfaceRequest,
  world: InterfaceWorld,
  context: RuleContext,
): Outcome {
  if (request.subnetId && request.portId) return err(badInterfaceRequest('Cannot specify both subnet-id and port-id'));
  if (request.portId) return addPort(router, request.portId, world, context);
  return addSubnet(router, request.subnetId ?? '', world, context);
}

/**
 * An IPv4 subnet gets a port of its own; the IPv6 subnets of one network share one, since the router has one link-local
 * address, and so one voice, on a link.
 */
function addSubnet(router: Router, subnetId: string, world: InterfaceWorld, context: RuleContext): Outcome {
  const { subnet, creation } = world;
  if (!subnet || !creation) return err(notFound({ resource: 'subnet', id: subnetId }));
  const wrong = checkSubnet(subnet, world, context);
  if (wrong) return err(wrong);
  const input = interfacePortInput(subnet, router.id);
  const created = decideNewPort(input, creation, { ...context, projectId: router.projectId });
  if (!created.ok) return created;
  const shared = subnet.ipVersion === 6 ? findIpv6Port(world.ports, subnet.networkId, world) : undefined;
  if (!shared) return ok(outcome({ router, ...created.value, port: created.value.entity, subnets: [subnet] }, context));
  const fixedIps = sortFixedIps([...shared.fixedIps, ...created.value.entity.fixedIps]);
  const port = nextRevision({ ...shared, fixedIps }, context.now);
  return ok(outcome({ router, ...changeOf(shared, port), subnets: [subnet] }, context));
}

function addPort(router: Router, portId: string, world: InterfaceWorld, context: RuleContext): Outcome {
  const { port, portSubnets } = world;
  if (!port) return err(notFound({ resource: 'port', id: portId }));
  // An owner alone is no user: clients make a port for a router, and then attach it (neutron l3_db.py `_check_router_port`).
  if (port.deviceId !== '') {
    const reason = `Port ${port.id} is in use by ${port.deviceOwner} ${port.deviceId}`;
    return err(inUse({ resource: 'port', id: port.id, reason }));
  }
  if (port.fixedIps.length === 0) return err(badInterfaceRequest('Router port must have at least one fixed IP'));
  if (portSubnets.filter(({ ipVersion }) => ipVersion === 4).length > 1)
    return err(badInterfaceRequest('Cannot have multiple IPv4 subnets on router port'));
  const hasIpv6 = portSubnets.some(({ ipVersion }) => ipVersion === 6);
  const existing = hasIpv6 ? findIpv6Port(world.ports, port.networkId, world) : undefined;
  if (existing)
    return err(
      badInterfaceRequest(
        'Cannot have multiple router ports with the same network id if both contain IPv6 subnets. ' +
          `Existing port ${existing.id} has IPv6 subnet(s) and network id ${port.networkId}`,
      ),
    );
  for (const subnet of portSubnets) {
    const wrong = checkOverlap(subnet, world) ?? checkAdvertised(subnet);
    if (wrong) return err(wrong);
  }
  const foreign = checkPortAddresses(port, portSubnets, context);
  if (foreign) return err(foreign);
  const taken = nextRevision({ ...port, deviceId: router.id, deviceOwner: routerInterfaceOwner }, context.now);
  return ok(outcome({ router, ...changeOf(port, taken), subnets: portSubnets }, context));
}

/** neutron l3_db.py `remove_router_interface` */
export function decideRemoveInterface(
  router: Router,
  request: InterfaceRequest,
  world: InterfaceWorld,
  context: RuleContext,
): Outcome {
  const port = request.portId
    ? world.ports.find(({ id }) => id === request.portId)
    : findPortOn(request.subnetId, world);
  if (!port && request.portId) return err(routerInterfaceNotFound({ routerId: router.id, portId: request.portId }));
  if (!port) {
    if (!world.subnet) return err(notFound({ resource: 'subnet', id: request.subnetId ?? '' }));
    return err(routerInterfaceNotOnSubnet({ routerId: router.id, subnetId: world.subnet.id }));
  }
  const all = world.subnets.filter((subnet) => isOn(port, subnet.id));
  if (request.portId && request.subnetId && !isOn(port, request.subnetId))
    return err(subnetMismatchForPort({ portId: port.id, subnetId: request.subnetId }));
  const leaving = request.portId ? all : all.filter(({ id }) => id === request.subnetId);
  const routed = leaving.find(({ cidr }) => router.routes.some(({ nexthop }) => prefixContains(cidr, nexthop)));
  if (routed) return err(routerInterfaceUsedByRoute({ routerId: router.id, subnetId: routed.id }));
  const fixedIps = port.fixedIps.filter(({ subnetId }) => !leaving.some(({ id }) => id === subnetId));
  const after = fixedIps.length === 0 ? undefined : nextRevision({ ...port, fixedIps }, context.now);
  return ok(outcome({ router, ...changeOf(port, after), subnets: leaving }, context));
}

function checkSubnet(subnet: Subnet, world: InterfaceWorld, context: RuleContext): Problem | undefined {
  if (!subnet.gatewayIp) return badInterfaceRequest('Subnet for router interface must have a gateway IP');
  // With the gateway's address it is the router of all ports on the subnet: to see a shared subnet is not enough.
  if (!owns(context, subnet))
    return badInterfaceRequest(
      `Cannot add interface to router because subnet ${subnet.id} is not owned by project making the request`,
    );
  return checkAdvertised(subnet) ?? checkOverlap(subnet, world);
}

/**
 * On another project's subnet a router may use addresses of the allocation pools only (neutron l3_db.py
 * `_validate_port_in_range_or_admin`).
 */
function checkPortAddresses(port: Port, subnets: readonly Subnet[], context: RuleContext): Problem | undefined {
  const isReserved = ({ id, allocationPools }: Subnet) =>
    port.fixedIps.some(
      ({ subnetId, ipAddress }) => subnetId === id && !allocationPools.some((pool) => rangeContains(pool, ipAddress)),
    );
  const foreign = subnets.find((subnet) => !owns(context, subnet) && isReserved(subnet));
  if (!foreign) return undefined;
  return badInterfaceRequest(
    `Cannot add interface to router because specified port ${port.id} has an IP address out of the allocation pool ` +
      `of subnet ${foreign.id}, which is not owned by the project making the request`,
  );
}

function owns({ caller }: RuleContext, subnet: Subnet): boolean {
  return caller.isAdmin || subnet.projectId === caller.projectId;
}

/** Without an RA mode, but with an address mode, a router that is not ours advertises the prefix. */
function checkAdvertised({ id, ipv6RaMode, ipv6AddressMode }: Subnet): Problem | undefined {
  if (ipv6AddressMode === undefined || ipv6RaMode !== undefined) return undefined;
  return badInterfaceRequest(
    `IPv6 subnet ${id} configured to receive RAs from an external router cannot be added to Neutron Router.`,
  );
}

function checkOverlap(subnet: Subnet, world: InterfaceWorld): Problem | undefined {
  const other = world.subnets.find(({ cidr }) => prefixOverlaps(cidr, subnet.cidr));
  if (!other) return undefined;
  if (other.id === subnet.id) return badInterfaceRequest(`Router already has a port on subnet ${subnet.id}`);
  return badInterfaceRequest(
    `Cidr ${formatPrefix(subnet.cidr)} of subnet ${subnet.id} overlaps with cidr ${formatPrefix(other.cidr)} of subnet ${other.id}`,
  );
}

function findIpv6Port(ports: readonly Port[], networkId: string, world: InterfaceWorld): Port | undefined {
  const ipv6 = new Set<string>(world.subnets.filter(({ ipVersion }) => ipVersion === 6).map(({ id }) => id));
  return ports.find((port) => port.networkId === networkId && port.fixedIps.some(({ subnetId }) => ipv6.has(subnetId)));
}

function findPortOn(subnetId: string | undefined, world: InterfaceWorld): Port | undefined {
  return world.ports.find((port) => subnetId !== undefined && isOn(port, subnetId));
}

function isOn(port: Port, subnetId: string): boolean {
  return port.fixedIps.some((fixed) => fixed.subnetId === subnetId);
}

/** A port that becomes, or stops to be, an interface on some subnets. */
interface InterfaceChange extends Pick<Decision<Port>, 'changes' | 'dirty'> {
  readonly router: Router;
  readonly port: Port;
  readonly subnets: readonly Subnet[];
}

function changeOf(before: Port, after: Port | undefined): Omit<InterfaceChange, 'router' | 'subnets'> {
  const change = after ? updateRow(portTable, after) : deleteRow(portTable, before.id);
  return { port: after ?? before, changes: [change], dirty: portKeys(before, after) };
}

/** Adds the router's next revision to the changes that the port's own rule decided: its interfaces are part of it. */
function outcome({ router, port, subnets, changes, dirty }: InterfaceChange, { now }: RuleContext): ActionOutcome {
  const [first] = subnets;
  invariant(first, 'a router interface is about a subnet');
  return {
    // Its revision grows, and an If-Match on the old one fails.
    changes: [...changes, updateRow(routerTable, nextRevision(router, now))],
    dirty,
    answer: {
      id: router.id,
      tenant_id: router.projectId,
      project_id: router.projectId,
      port_id: port.id,
      network_id: port.networkId,
      subnet_id: first.id,
      subnet_ids: subnets.map(({ id }) => id),
    },
  };
}
