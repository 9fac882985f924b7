import { listById, type Reader, type ScopedReader } from '../../kit/index.ts';
import type { NetworkId, PortId } from '../ids.ts';
import { networkTable } from '../network/network.ts';
import { type Port, portTable } from '../port/port.ts';
import type { SubPortRequest } from './sub-port.ts';
import { type Trunk, trunksOf, trunkTable } from './trunk.ts';

/** The facts that making a trunk, or adding sub-ports to one, needs. */
export interface TrunkWorld {
  /** The parent and the ports that are to be sub-ports, as far as the caller sees them. */
  readonly ports: ReadonlyMap<PortId, Port>;
  /** Of the networks that these ports are on, in bytes. */
  readonly mtus: ReadonlyMap<NetworkId, number>;
  /** The trunks that have any of these ports. */
  readonly trunks: readonly Trunk[];
}

/** Reads the ports of a request, and where they are in use. */
export async function readTrunkWorld(
  reader: ScopedReader,
  parentId: PortId,
  requests: readonly SubPortRequest[],
): Promise<TrunkWorld> {
  const ids = [parentId, ...requests.map(({ portId }) => portId)];
  const ports = await listById(reader, portTable, ids);
  // Whoever sees a port knows its network's MTU, and a port is taken whoever's the trunk is.
  const { unscoped } = reader;
  const networks = await listById(unscoped, networkTable, [...new Set(ports.map(({ networkId }) => networkId))]);
  return {
    ports: new Map(ports.map((port) => [port.id, port])),
    mtus: new Map(networks.map(({ id, mtuBytes }) => [id, mtuBytes])),
    trunks: await unscoped.list(trunkTable, { where: trunksOf(ids) }),
  };
}

/** The trunk that a port is in, whoever owns it. */
export async function findTrunkOf(reader: Reader, portId: PortId): Promise<Trunk | undefined> {
  const [trunk] = await reader.list(trunkTable, { where: trunksOf([portId]) });
  return trunk;
}
