import type { Reader } from '../../kit/index.ts';
import type { NetworkId, PortId } from '../ids.ts';
import { routerInterfaceOwner } from './owner.ts';
import { type Port, portTable } from './port.ts';

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
