import type { Asked, ProjectId, Reader, RuleContext, ScopedReader } from '../../kit/index.ts';
import type { NetworkId, PortId } from '../ids.ts';
import { isTrusted, routerInterfaceOwner } from './owner.ts';
import { type Port, type PortInput, type PortWorld, portAspects, portTable } from './port.ts';

/** Reads what a change of a port depends on. */
export async function readPortWorld(
  asked: Asked<Port, PortInput>,
  reader: ScopedReader,
  context: RuleContext,
): Promise<PortWorld> {
  const world = await portAspects.read(asked, reader, context);
  const { foreignMacs = [] } = world;
  const networkId = asked.before?.networkId ?? asked.input.networkId;
  if (foreignMacs.length === 0 || networkId === undefined) return world;
  const projectId = asked.before?.projectId ?? context.projectId;
  return { ...world, foreignMacs: await macsOfOthers(reader.unscoped, networkId, foreignMacs, projectId) };
}

/** Those of the MACs that other projects' ports have, or ports that serve the network. */
async function macsOfOthers(
  reader: Reader,
  networkId: NetworkId,
  macs: readonly string[],
  projectId: ProjectId,
): Promise<readonly string[]> {
  const onNetwork = { kind: 'in', column: 'network_id', values: [networkId] } as const;
  const holding = { kind: 'in', column: 'mac_address', values: macs } as const;
  const ports = await reader.list(portTable, { where: { kind: 'all', of: [onNetwork, holding] } });
  return ports.filter((port) => port.projectId !== projectId || isTrusted(port)).map(({ macAddress }) => macAddress);
}

/** Ids of all ports of a network, which may be thousands. */
export async function readPortIdsOn(reader: Reader, networkId: NetworkId): Promise<readonly PortId[]> {
  return reader.listIds(portTable, { where: { kind: 'in', column: 'network_id', values: [networkId] } });
}

/** The ports by which routers are on a network, or are to be. */
export async function readRouterPortsOn(reader: Reader, networkId: NetworkId): Promise<readonly Port[]> {
  const where = {
    kind: 'all',
    of: [
      { kind: 'in', column: 'network_id', values: [networkId] },
      { kind: 'in', column: 'device_owner', values: [routerInterfaceOwner] },
    ],
  } as const;
  return reader.list(portTable, { where });
}
