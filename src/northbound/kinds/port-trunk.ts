import { type Port, type PortId, trunksOf, trunkTable } from '../../resources/index.ts';
import type { Lookup } from '../lookup.ts';

/** The place of a sub-port on its parent. */
export interface SubPortPlace {
  readonly parentId: PortId;
  /** The VLAN tag of its packets there. */
  readonly segmentationId: number;
}

/** About a millisecond of work. */
const portsPerQuery = 100;

/** The places of those of the ports that are sub-ports of a trunk. */
export async function readSubPortPlaces(
  { reader, turn }: Lookup,
  ports: readonly Port[],
): Promise<ReadonlyMap<PortId, SubPortPlace>> {
  const places = new Map<PortId, SubPortPlace>();
  for (let start = 0; start < ports.length; start += portsPerQuery) {
    const ids = ports.slice(start, start + portsPerQuery).map(({ id }) => id);
    for (const { portId: parentId, subPorts } of await reader.list(trunkTable, { where: trunksOf(ids) }))
      for (const { portId, segmentationId } of subPorts) places.set(portId, { parentId, segmentationId });
    await turn();
  }
  return places;
}
