import type { Uuid } from '../base/index.ts';
import { label } from '../ovn/index.ts';
import { byUuid, namedUuid, type Operation } from '../ovsdb/index.ts';
import { local } from './local-database.ts';
import { type BridgeView, type Patch, type PluggedInterface, patchOwner, type RootView } from './switch-view.ts';

/** Patch ports ask for numbers from here on; ovs-vswitchd numbers guests from 1 up. OpenFlow ends at 0xff00. */
const firstPatchNumber = 0x8000;
const lastPatchNumber = 0xfeff;

/**
 * Chooses the OpenFlow number of a patch port before it exists, so that its flows can be there first. It must be
 * nobody's: a guest's packets would leave by another guest's patch.
 */
export function choosePatchNumber(taken: ReadonlySet<number>): number | undefined {
  for (let number = firstPatchNumber; number <= lastPatchNumber; number++) if (!taken.has(number)) return number;
  return undefined;
}

/** The port to join to the integration bridge, and the two bridges that the patch is between. */
export interface ConnectRequest {
  readonly plugged: PluggedInterface;
  /** What stands of an earlier pair: it is replaced as a whole. */
  readonly leftover: Patch | undefined;
  readonly hop: BridgeView;
  readonly integration: BridgeView;
  readonly openFlowPort: number;
}

/**
 * Joins a port to the integration bridge. From the commit on, ovn-controller sees `iface-id` there and binds the port,
 * as it does for any VIF (ovn-controller(8), external_ids:iface-id in the Interface table).
 */
export function connectPatch(request: ConnectRequest): readonly Operation[] {
  const { plugged, leftover, hop, integration } = request;
  const { portId, attachedMac } = plugged;
  const names = patchNames(portId);
  const owner = { [label.owner]: patchOwner(portId) };
  const binding = {
    'iface-id': portId,
    'iface-status': 'active',
    ...(attachedMac !== undefined && { 'attached-mac': attachedMac }),
  };
  return [
    ...(leftover ? disconnectPatch(leftover, hop, integration) : []),
    ...patchPort({
      name: names.hop,
      peer: names.integration,
      bridge: hop,
      externalIds: owner,
      openFlowPort: request.openFlowPort,
    }),
    ...patchPort({
      name: names.integration,
      peer: names.hop,
      bridge: integration,
      externalIds: { ...owner, ...binding },
    }),
  ];
}

/** Takes what there is of a pair away; ovsdb-server collects the rows that no bridge refers to any more. */
export function disconnectPatch(patch: Patch, hop: BridgeView, integration: BridgeView): readonly Operation[] {
  return [
    ...(patch.hop ? [detach(hop, patch.hop.portRow)] : []),
    ...(patch.integration ? [detach(integration, patch.integration.portRow)] : []),
  ];
}

/** Makes the hop bridge: secure, so that without flows nothing passes, and of the kind that patches can join. */
export function createHopBridge(name: string, root: RootView, integration: BridgeView): readonly Operation[] {
  return [
    local.insert('Interface', { name, type: 'internal' }, 'hop_interface'),
    local.insert('Port', { name, interfaces: [namedUuid('hop_interface')] }, 'hop_port'),
    local.insert(
      'Bridge',
      {
        name,
        ports: [namedUuid('hop_port')],
        datapath_type: integration.datapathType,
        fail_mode: 'secure',
        external_ids: { [label.owner]: 'agent' },
      },
      'hop_bridge',
    ),
    local.mutate('Open_vSwitch', byUuid(root.row), [
      ['bridges', 'insert', [namedUuid('hop_bridge')]],
      ['next_cfg', '+=', 1],
    ]),
  ];
}

/** Makes a bridge secure that somebody else has made, as os-vif does when it is the first to need one. */
export function secureHopBridge(hop: BridgeView, root: RootView): readonly Operation[] {
  return [
    local.update('Bridge', byUuid(hop.row), { fail_mode: 'secure' }),
    local.mutate('Open_vSwitch', byUuid(root.row), [['next_cfg', '+=', 1]]),
  ];
}

interface PatchPort {
  readonly name: string;
  readonly peer: string;
  readonly bridge: BridgeView;
  readonly externalIds: Readonly<Record<string, string>>;
  readonly openFlowPort?: number;
}

function patchPort({ name, peer, bridge, externalIds, openFlowPort }: PatchPort): readonly Operation[] {
  const [interfaceId, portId] = [rowName('interface', name), rowName('port', name)];
  return [
    local.insert(
      'Interface',
      {
        name,
        type: 'patch',
        options: { peer },
        external_ids: externalIds,
        ...(openFlowPort !== undefined && { ofport_request: openFlowPort }),
      },
      interfaceId,
    ),
    local.insert('Port', { name, interfaces: [namedUuid(interfaceId)] }, portId),
    local.mutate('Bridge', byUuid(bridge.row), [['ports', 'insert', [namedUuid(portId)]]]),
  ];
}

function detach(bridge: BridgeView, portRow: Uuid): Operation {
  return local.mutate('Bridge', byUuid(bridge.row), [['ports', 'delete', [portRow]]]);
}

/** As Neutron names taps: a prefix and eleven characters of the port's id, within the 15 of Linux' and OpenFlow 1.0's names. */
function patchNames(portId: Uuid): { readonly hop: string; readonly integration: string } {
  const stem = portId.slice(0, 11);
  return { hop: `hop${stem}`, integration: `int${stem}` };
}

function rowName(kind: string, name: string): string {
  return `${kind}_${name.replaceAll('-', '_')}`;
}
