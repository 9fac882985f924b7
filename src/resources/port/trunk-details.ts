import { type Json, listById, type Reader, type Related, shownFrom } from '../../kit/index.ts';
import type { PortId, TrunkId } from '../ids.ts';
import { showSubPort } from '../trunk/sub-port.ts';
import { trunkTable } from '../trunk/trunk.ts';
import { portTable } from './port.ts';

interface MaybeParent {
  readonly id: PortId;
  readonly trunkId: TrunkId | undefined;
}

/** The trunk that a port is the parent of, with what its guest must know (neutron-lib api/definitions/trunk_details.py). */
export const trunkDetails = shownFrom<MaybeParent>(
  { name: 'trunk_details', schema: { type: ['object', 'null'] }, none: null },
  readTrunkDetails,
);

async function readTrunkDetails(ports: readonly MaybeParent[], reader: Reader): Promise<Related> {
  const trunkIds = ports.flatMap(({ trunkId }) => trunkId ?? []);
  if (trunkIds.length === 0) return new Map();
  const trunks = await listById(reader, trunkTable, trunkIds);
  const ids = trunks.flatMap(({ subPorts }) => subPorts.map(({ portId }) => portId));
  const macs = new Map((await listById(reader, portTable, ids)).map(({ id, macAddress }) => [id, macAddress]));
  return new Map(
    trunks.map(({ id, portId, subPorts }): readonly [PortId, Json] => [
      portId,
      {
        trunk_id: id,
        sub_ports: subPorts.map((each) => ({ ...showSubPort(each), mac_address: macs.get(each.portId) ?? null })),
      },
    ]),
  );
}
