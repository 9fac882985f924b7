import { err, ok, type Result } from '../../base/index.ts';
import {
  type Decision,
  deleteRow,
  firstRevision,
  insertRow,
  inUse,
  invalidInput,
  type Key,
  nextRevision,
  type Problem,
  type RuleContext,
  updateRow,
} from '../../kit/index.ts';
import type { NetworkId } from '../ids.ts';
import { networkPortKeys } from '../port/part-keys.ts';
import { portTable } from '../port/port.ts';
import { portKeys, routerKeys } from '../port/rules.ts';
import { choosePolicy } from '../qos-policy/choice.ts';
import { notSupportedByNetwork } from '../qos-policy/refusals.ts';
import { endPolicy, sharingChanges } from '../rbac-policy/sharing.ts';
import { subnetTable } from '../subnet/subnet.ts';
import { released } from '../subnetpool/release.ts';
import { checkMtu } from './mtu.ts';
import { type Network, type NetworkInput, networkTable } from './network.ts';
import { invalidSharedSetting, noExternalNetworks, noNetworkAvailable } from './refusals.ts';
import { type AskedSegment, checkSegment, isCarried, outOfRange } from './segment.ts';
import type { NetworkCreateWorld, NetworkDeleteWorld, NetworkUpdateWorld } from './world.ts';

type Outcome = Result<Decision<Network>, Problem>;

/**
 * A new network gets the segment that an administrator asks for, or else a free Geneve identifier; and the MTU of the settings
 * unless it asks for a smaller one.
 */
export function decideCreate(input: NetworkInput, world: NetworkCreateWorld, context: RuleContext): Outcome {
  if (input.isExternal) return err(noExternalNetworks());
  const mtuBytes = chooseMtu(input.mtuBytes, context);
  if (!mtuBytes.ok) return mtuBytes;
  const asked = checkSegment(input, world.space);
  if (!asked.ok) return asked;
  if (!world.segment) return err(noNetworkAvailable());
  const id = context.newId() as NetworkId;
  const qosPolicy = choosePolicy({ before: undefined, input }, world, notSupported(id));
  if (!qosPolicy.ok) return qosPolicy;
  const network: Network = {
    ...firstRevision(context.now),
    id,
    projectId: context.projectId,
    name: input.name,
    description: input.description,
    tags: [],
    adminStateUp: input.adminStateUp,
    shared: input.shared,
    status: isCarried(world.segment.networkType) ? 'ACTIVE' : 'DOWN',
    mtuBytes: mtuBytes.value,
    portSecurityEnabled: input.portSecurityEnabled,
    dnsDomain: input.dnsDomain,
    qosPolicyId: qosPolicy.value.qosPolicyId ?? world.defaultQosPolicyId,
    ...world.segment,
  };
  return ok({
    entity: network,
    changes: [
      insertRow(networkTable, network),
      ...sharingChanges('network', { before: false, after: network }, [], context),
    ],
    dirty: [{ kind: 'network', id: network.id }],
  });
}

/** Changes a network. It stays shared while other projects use it; routers hear of a new MTU, ports of a new state. */
export function decideUpdate(
  network: Network,
  input: Partial<NetworkInput>,
  world: NetworkUpdateWorld,
  context: RuleContext,
): Outcome {
  const { mtuBytes: wantedMtu, isExternal, networkType, physicalNetwork, segmentationId, ...plain } = input;
  if (isExternal) return err(noExternalNetworks());
  const mtuBytes = 'mtuBytes' in input ? chooseMtu(wantedMtu, context) : ok(network.mtuBytes);
  if (!mtuBytes.ok) return mtuBytes;
  const stopsSharing = network.shared && input.shared === false;
  if (stopsSharing && world.isUsedByOthers) return err(invalidSharedSetting({ networkId: network.id }));
  const tooSmall = checkMtu({ id: network.id, mtuBytes: mtuBytes.value }, world.families);
  if (tooSmall) return err(tooSmall);
  const qosPolicy = choosePolicy({ before: network, input }, world, notSupported(network.id));
  if (!qosPolicy.ok) return qosPolicy;
  const segment = moveSegment(network, { networkType, physicalNetwork, segmentationId });
  if (!segment.ok) return segment;
  const entity = nextRevision(
    { ...network, ...plain, ...qosPolicy.value, ...segment.value, mtuBytes: mtuBytes.value },
    context.now,
  );
  const sharing = sharingChanges('network', { before: network.shared, after: entity }, world.policies, context);
  return ok({
    entity,
    changes: [updateRow(networkTable, entity), ...sharing],
    dirty: [{ kind: 'network', id: network.id }, ...affectedKeys(network, entity, world)],
  });
}

/** Deletes a network with its subnets, sharing policies and DHCP's ports. It is refused (409) while any other port is there. */
export function decideDelete(network: Network, world: NetworkDeleteWorld): Outcome {
  if (world.ports.length > 0) {
    const ids = world.ports.map(({ id }) => id).join(', ');
    const reason = `There are one or more ports still in use on the network, id for these ports is ${ids}.`;
    return err(inUse({ resource: 'network', id: network.id, reason }));
  }
  return ok({
    entity: network,
    changes: [
      ...world.autoDeletedPorts.map(({ id }) => deleteRow(portTable, id)),
      ...world.subnets.map(({ id }) => deleteRow(subnetTable, id)),
      ...released(world.releases),
      ...world.policies.map(endPolicy),
      deleteRow(networkTable, network.id),
    ],
    dirty: [
      { kind: 'network', id: network.id },
      ...world.autoDeletedPorts.flatMap((port) => portKeys(port, undefined)),
      ...world.subnets.map(({ id }) => ({ kind: 'subnet', id }) as const),
    ],
  });
}

function notSupported(id: NetworkId): (ruleType: string) => Problem {
  return (ruleType) => notSupportedByNetwork({ ruleType, id });
}

/** The VLAN of a network may change, and nothing else of its segment (neutron plugins/ml2/managers.py `update_network_segment`). */
function moveSegment(
  { networkType, segmentationId: current }: Network,
  asked: AskedSegment,
): Result<{ readonly segmentationId?: number | undefined }, Problem> {
  if (Object.values(asked).every((value) => value === undefined)) return ok({});
  if (networkType !== 'vlan') return err(invalidInput('Only VLAN type networks can be updated.'));
  const { segmentationId = current } = asked;
  const isOther = asked.networkType !== undefined || asked.physicalNetwork !== undefined;
  if (isOther) return err(invalidInput('Only segmentation_id field can be updated in VLAN type networks'));
  const wrong = outOfRange('vlan', segmentationId);
  return wrong === undefined ? ok({ segmentationId }) : err(invalidInput(wrong));
}

/** Zero asks for the default, as in Neutron (neutron-lib api/definitions/network_mtu.py). */
function chooseMtu(wanted: number | undefined, { settings }: RuleContext): Result<number, Problem> {
  if (wanted === undefined || wanted === 0) return ok(settings.networkMtuBytes);
  if (wanted <= settings.networkMtuBytes) return ok(wanted);
  return err(invalidInput(`Requested MTU is too big, maximum is ${settings.networkMtuBytes}`));
}

/** Keys of other rows in NB that follow the network: its ports' `enabled` and QoS, and the `gateway_mtu` of its routers' ports. */
function affectedKeys(before: Network, after: Network, world: NetworkUpdateWorld): readonly Key[] {
  const isSwitched = before.adminStateUp !== after.adminStateUp;
  return [
    ...(before.mtuBytes !== after.mtuBytes ? routerKeys(world.routerPorts) : []),
    ...(isSwitched || before.qosPolicyId !== after.qosPolicyId ? networkPortKeys(after.id) : []),
  ];
}
