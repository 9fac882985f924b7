import { err, ok, type Result } from '../../base/index.ts';
import {
  type Change,
  created,
  type Decision,
  forbidden,
  type Key,
  nextRevision,
  notFound,
  type Problem,
  type RuleContext,
  removed,
  updated,
  updateRow,
} from '../../kit/index.ts';
import type { PortId, TrunkId } from '../ids.ts';
import { type Port, portTable } from '../port/port.ts';
import {
  duplicateSubPort,
  parentPortInUse,
  portHasDevice,
  portIsParent,
  portIsSubPort,
  subPortNotFound,
  subPortTooWide,
  trunkDisabled,
  trunkPortInUse,
} from './refusals.ts';
import { parseSegmentation, type SubPort, type SubPortRequest } from './sub-port.ts';
import { type Trunk, type TrunkInput, trunkTable } from './trunk.ts';
import type { TrunkWorld } from './world.ts';

type Outcome = Result<Decision<Trunk>, Problem>;

/** Makes a trunk of a port that is in none, with its first sub-ports. */
export function decideCreate(input: TrunkInput, world: TrunkWorld, context: RuleContext): Outcome {
  const parent = world.ports.get(input.portId);
  if (!parent) return err(notFound({ resource: 'port', id: input.portId }));
  const wrong = notTheirs(parent, 'create_trunk', context) ?? inTrunk(parent.id, world);
  if (wrong) return err(wrong);
  const subPorts = decideSubPorts(input.subPorts, { id: '', portId: parent.id, subPorts: [] }, world, context);
  if (!subPorts.ok) return subPorts;
  const trunk = { ...input, subPorts: subPorts.value, status: 'DOWN' } as const;
  const { changes, ...made } = created(trunkTable, trunk, context, ({ subPorts }) => subPorts.map(keyOf));
  return ok({ ...made, changes: [...changes, withTrunk(parent, made.entity.id, context)] });
}

/** Changes what a trunk is called, and its administrative state. */
export function decideUpdate(
  trunk: Trunk,
  { name = trunk.name, description = trunk.description, adminStateUp = trunk.adminStateUp }: Partial<TrunkInput>,
  context: RuleContext,
): Outcome {
  return ok(updated(trunkTable, trunk, { name, description, adminStateUp }, context));
}

/** Deletes a trunk. Its ports stay. */
export function decideDelete(trunk: Trunk, parent: Port | undefined, context: RuleContext): Outcome {
  if (!trunk.adminStateUp) return err(trunkDisabled({ trunkId: trunk.id }));
  const { changes, ...rest } = removed(trunkTable, trunk, trunk.subPorts.map(keyOf));
  return ok({ ...rest, changes: [...changes, ...(parent ? [withTrunk(parent, undefined, context)] : [])] });
}

/** The parent shows its trunk, so it is another one with it. */
function withTrunk(parent: Port, trunkId: TrunkId | undefined, { now }: RuleContext): Change {
  return updateRow(portTable, nextRevision({ ...parent, trunkId }, now));
}

/** Adds ports to a trunk, all of them or none. */
export function decideAdd(
  trunk: Trunk,
  requests: readonly SubPortRequest[],
  world: TrunkWorld,
  context: RuleContext,
): Outcome {
  const added = decideSubPorts(requests, trunk, world, context);
  if (!added.ok) return added;
  if (!trunk.adminStateUp) return err(trunkDisabled({ trunkId: trunk.id }));
  const subPorts = [...trunk.subPorts, ...added.value];
  return ok(updated(trunkTable, trunk, { subPorts }, context, added.value.map(keyOf)));
}

/** Takes ports from a trunk, all of them or none. */
export function decideRemove(trunk: Trunk, requests: readonly SubPortRequest[], context: RuleContext): Outcome {
  if (!trunk.adminStateUp) return err(trunkDisabled({ trunkId: trunk.id }));
  const gone = new Set(requests.map(({ portId }) => portId));
  for (const portId of gone)
    if (!trunk.subPorts.some((subPort) => subPort.portId === portId))
      return err(subPortNotFound({ trunkId: trunk.id, portId }));
  const subPorts = trunk.subPorts.filter(({ portId }) => !gone.has(portId));
  return ok(updated(trunkTable, trunk, { subPorts }, context, requests.map(keyOf)));
}

/** The refusal to delete a port that is in a trunk (neutron services/trunk/rules.py `enforce_port_deletion_rules`). */
export function refuseDeletion({ id: portId }: Port, trunk: Trunk): Problem {
  const about = { portId, trunkId: trunk.id };
  return trunk.portId === portId ? portIsParent(about) : portIsSubPort(about);
}

/** The values of a trunk that further sub-ports depend on. */
type Room = Pick<Trunk, 'portId' | 'subPorts'> & { readonly id: string };

function decideSubPorts(
  requests: readonly SubPortRequest[],
  trunk: Room,
  world: TrunkWorld,
  context: RuleContext,
): Result<readonly SubPort[], Problem> {
  const tags = new Set(trunk.subPorts.map(({ segmentationId }) => segmentationId));
  const added: SubPort[] = [];
  for (const request of requests) {
    const port = world.ports.get(request.portId);
    if (!port) return err(notFound({ resource: 'port', id: request.portId }));
    const subPort = parseSegmentation(request);
    if (!subPort.ok) return subPort;
    const wrong = notTheirs(port, 'add_subports', context) ?? unsuitable(port, trunk, world);
    if (wrong) return err(wrong);
    const { segmentationId } = subPort.value;
    if (tags.has(segmentationId)) return err(duplicateSubPort({ trunkId: trunk.id, segmentationId }));
    tags.add(segmentationId);
    added.push(subPort.value);
  }
  return ok(added);
}

function unsuitable(port: Port, trunk: Room, world: TrunkWorld): Problem | undefined {
  const { id: portId, networkId, deviceId } = port;
  if (portId === trunk.portId) return parentPortInUse({ portId });
  const mtuOf = (id: PortId) => world.mtus.get(world.ports.get(id)?.networkId ?? networkId) ?? 0;
  const [mtu, trunkMtu] = [mtuOf(portId), mtuOf(trunk.portId)];
  if (mtu > trunkMtu) return subPortTooWide({ portId, mtu, trunkId: trunk.portId, trunkMtu });
  const used = inTrunk(portId, world);
  if (used) return used;
  return deviceId === '' ? undefined : portHasDevice({ portId, networkId, deviceId });
}

function inTrunk(portId: PortId, { trunks }: TrunkWorld): Problem | undefined {
  if (trunks.some((trunk) => trunk.portId === portId)) return parentPortInUse({ portId });
  const isSubPort = trunks.some(({ subPorts }) => subPorts.some((subPort) => subPort.portId === portId));
  return isSubPort ? trunkPortInUse({ portId }) : undefined;
}

/** DEVIATION(ADR-0008): the owner of a network sees all ports there, and to see a port is no right to move it behind another one. */
function notTheirs({ projectId }: Port, rule: string, { caller }: RuleContext): Problem | undefined {
  return caller.isAdmin || projectId === caller.projectId ? undefined : forbidden({ rule: `${rule}:port_id` });
}

/** The parent of a port stands in its own row of NB. */
function keyOf({ portId }: { readonly portId: PortId }): Key {
  return { kind: 'port', id: portId };
}
