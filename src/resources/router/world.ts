import type { Reader, RuleContext, ScopedReader } from '../../kit/index.ts';
import type { RouterId, SubnetId } from '../ids.ts';
import { type Network, networkTable } from '../network/network.ts';
import { routerInterfaceOwner } from '../port/owner.ts';
import { type Port, type PortInput, type PortWorld, portAspects, portInput, portTable } from '../port/port.ts';
import { type Subnet, subnetTable } from '../subnet/subnet.ts';
import type { InterfaceRequest } from './interface-request.ts';
import type { RouterInput } from './router.ts';

/** The facts that changing or deleting a router needs. */
export interface RouterWorld {
  /** The router's ports. */
  readonly ports: readonly Port[];
  /** The subnets that the router's ports are on. */
  readonly subnets: readonly Subnet[];
}

/** Reads the router's interfaces and their subnets: routes are checked against them, and they forbid a deletion. */
export async function readRouterWorld(reader: Reader, routerId: RouterId): Promise<RouterWorld> {
  const ports = await readRouterPorts(reader, routerId);
  return { ports, subnets: await readSubnets(reader, ports) };
}

/** The facts that a request for a gateway needs. */
export interface GatewayWorld {
  /** The network that the request names, if it names one that the caller may see. */
  readonly gatewayNetwork?: Network | undefined;
}

/** Reads the network that a router is to have its gateway on. */
export async function readGatewayWorld(
  reader: Reader,
  { externalGateway: id }: Partial<RouterInput>,
): Promise<GatewayWorld> {
  return { gatewayNetwork: id && (await reader.find(networkTable, id)) };
}

/** The facts that adding or removing an interface needs. */
export interface InterfaceWorld {
  readonly ports: readonly Port[];
  readonly subnets: readonly Subnet[];
  /** The subnet that the request names, if the caller may see it. */
  readonly subnet: Subnet | undefined;
  /** The port that the request names, if the caller may see it. */
  readonly port: Port | undefined;
  /** The subnets that this port is on. */
  readonly portSubnets: readonly Subnet[];
  /** The facts that creating a port on the subnet's network needs; undefined without a subnet that has a gateway. */
  readonly creation: PortWorld | undefined;
}

/** Reads what adding an interface depends on: the router's other interfaces, and the named subnet or port. */
export async function readInterfaceWorld(
  reader: ScopedReader,
  routerId: RouterId,
  request: InterfaceRequest,
  context: RuleContext,
): Promise<InterfaceWorld> {
  // An administrator may have put the router on networks that its owner does not see.
  const ports = await readRouterPorts(reader.unscoped, routerId);
  const subnet = request.subnetId && (await reader.find(subnetTable, request.subnetId));
  const port = request.portId && (await reader.find(portTable, request.portId));
  const creation =
    subnet &&
    (await portAspects.read({ before: undefined, input: interfacePortInput(subnet, routerId) }, reader, context));
  return {
    ports,
    subnets: await readSubnets(reader.unscoped, ports),
    subnet,
    port,
    portSubnets: port ? await readSubnets(reader.unscoped, [port]) : [],
    creation,
  };
}

/** The port that a router gets on a subnet: with the subnet's gateway address. */
export function interfacePortInput(subnet: Subnet, routerId: RouterId): PortInput {
  return portInput({
    networkId: subnet.networkId,
    fixedIps: subnet.gatewayIp ? [{ subnetId: subnet.id, ipAddress: subnet.gatewayIp }] : [],
    deviceId: routerId,
    deviceOwner: routerInterfaceOwner,
    portSecurityEnabled: false,
    securityGroupIds: [],
  });
}

function readRouterPorts(reader: Reader, routerId: RouterId): Promise<readonly Port[]> {
  const where = {
    kind: 'all',
    of: [
      { kind: 'in', column: 'device_id', values: [routerId] },
      { kind: 'in', column: 'device_owner', values: [routerInterfaceOwner] },
    ],
  } as const;
  return reader.list(portTable, { where });
}

async function readSubnets(reader: Reader, ports: readonly Port[]): Promise<readonly Subnet[]> {
  const ids = new Set<SubnetId>(ports.flatMap(({ fixedIps }) => fixedIps.map(({ subnetId }) => subnetId)));
  if (ids.size === 0) return [];
  return reader.list(subnetTable, { where: { kind: 'in', column: 'id', values: [...ids] } });
}
