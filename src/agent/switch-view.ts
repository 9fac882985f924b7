import { isUuid, type Uuid } from '../base/index.ts';
import { label, type openVswitch } from '../ovn/index.ts';
import type { LocalReplica, LocalTables } from './local-database.ts';

/** The two bridges that every guest's packets pass: the first hop, then OVN's. */
export interface BridgeNames {
  readonly hop: string;
  readonly integration: string;
}

/** An interface that someone (os-vif, libvirt, `sextant port plug`) put on the hop bridge for a port. */
export interface PluggedInterface {
  readonly portId: Uuid;
  readonly interfaceName: string;
  readonly attachedMac: string | undefined;
  /** Its OpenFlow port number; undefined until ovs-vswitchd has opened it. */
  readonly openFlowPort: number | undefined;
}

/** One end of the patch pair of a port, as it stands in the database. */
export interface PatchEnd {
  readonly portRow: Uuid;
  readonly openFlowPort: number | undefined;
  /** The number that it asked for. */
  readonly requestedPort: number | undefined;
}

/** The patch pair that joins a port's place on the hop bridge to its place on the integration bridge. */
export interface Patch {
  readonly hop: PatchEnd | undefined;
  readonly integration: PatchEnd | undefined;
}

/** A bridge as the Open vSwitch database describes it. */
export interface BridgeView {
  readonly row: Uuid;
  readonly datapathType: string;
  /** Whether it passes nothing that no flow lets pass (ovs-vswitchd.conf.db(5) Bridge.fail_mode). */
  readonly isSecure: boolean;
}

/** The database's root row. */
export interface RootView {
  readonly row: Uuid;
  /** Counts what was asked of ovs-vswitchd, and what of it is done (ovs-vswitchd.conf.db(5) Open_vSwitch.cur_cfg). */
  readonly requested: number;
  readonly done: number;
}

/** This host's switch, as the agent needs to see it. */
export interface SwitchView {
  readonly root: RootView | undefined;
  readonly hop: BridgeView | undefined;
  readonly integration: BridgeView | undefined;
  readonly plugged: ReadonlyMap<Uuid, PluggedInterface>;
  readonly patches: ReadonlyMap<Uuid, Patch>;
  /** Interfaces that ask for a port that another interface of this host already has. */
  readonly duplicates: readonly PluggedInterface[];
  /** OpenFlow port numbers on the hop bridge that are somebody's, or that somebody has asked for. */
  readonly openFlowPorts: ReadonlySet<number>;
}

type InterfaceRow = LocalTables['Interface'];

/** Reads the view from the replica. Pure: equal replicas, equal views. */
export function readSwitch(replica: LocalReplica, names: BridgeNames): SwitchView {
  const bridges = [...replica.table('Bridge').rows()];
  const hop = bridges.find((bridge) => bridge.name === names.hop);
  const integration = bridges.find((bridge) => bridge.name === names.integration);
  const [root] = replica.table('Open_vSwitch').rows();
  const onHop = hop ? interfacesOf(replica, hop) : [];
  const { plugged, duplicates } = listPlugged(onHop.map(({ row }) => row));
  return {
    root: root && { row: root._uuid, requested: root.next_cfg, done: root.cur_cfg },
    hop: hop && bridgeView(hop),
    integration: integration && bridgeView(integration),
    plugged,
    duplicates,
    patches: listPatches(onHop, integration ? interfacesOf(replica, integration) : []),
    openFlowPorts: new Set(
      onHop.flatMap(({ row }) => [row.ofport, row.ofport_request].filter((number) => number !== undefined)),
    ),
  };
}

/** Ports whose guests hear what is sent to them: a guest that isn't up loses it (ovs-vswitchd.conf.db(5) link_state). */
export function listLinksUp(replica: LocalReplica, { hop: name }: BridgeNames): ReadonlySet<Uuid> {
  const hop = [...replica.table('Bridge').rows()].find((bridge) => bridge.name === name);
  const isUp = ({ row }: Attached) => row.link_state === 'up';
  const up = hop ? interfacesOf(replica, hop).filter(isUp) : [];
  return new Set(listPlugged(up.map(({ row }) => row)).plugged.keys());
}

/** The owner's label on both ends of a patch pair. */
export function patchOwner(portId: Uuid): string {
  return `port/${portId}`;
}

function bridgeView({ _uuid, datapath_type, fail_mode }: LocalTables['Bridge']): BridgeView {
  return { row: _uuid, datapathType: datapath_type, isSecure: fail_mode === 'secure' };
}

interface Attached {
  readonly portRow: Uuid;
  readonly row: InterfaceRow;
}

function interfacesOf(replica: LocalReplica, bridge: Pick<openVswitch.Bridge, 'ports'>): readonly Attached[] {
  return bridge.ports.flatMap((portRow) => {
    const port = replica.table('Port').find(portRow);
    const row = port?.interfaces[0] && replica.table('Interface').find(port.interfaces[0]);
    return row ? [{ portRow, row }] : [];
  });
}

function listPlugged(rows: readonly InterfaceRow[]) {
  const plugged = new Map<Uuid, PluggedInterface>();
  const duplicates: PluggedInterface[] = [];
  for (const row of rows) {
    const portId = row.external_ids['iface-id'];
    if (row.type === 'patch' || portId === undefined || !isUuid(portId)) continue;
    const attachedMac = row.external_ids['attached-mac'];
    const seen = { portId, interfaceName: row.name, attachedMac, openFlowPort: openFlowPort(row) };
    if (plugged.has(portId)) duplicates.push(seen);
    else plugged.set(portId, seen);
  }
  return { plugged, duplicates };
}

function listPatches(onHop: readonly Attached[], onIntegration: readonly Attached[]): ReadonlyMap<Uuid, Patch> {
  const [hops, integrations] = [ownedEnds(onHop), ownedEnds(onIntegration)];
  const portIds = new Set([...hops.keys(), ...integrations.keys()]);
  return new Map([...portIds].map((id) => [id, { hop: hops.get(id), integration: integrations.get(id) }]));
}

function ownedEnds(attached: readonly Attached[]): ReadonlyMap<Uuid, PatchEnd> {
  const ends = new Map<Uuid, PatchEnd>();
  for (const { portRow, row } of attached) {
    const portId = row.external_ids[label.owner]?.replace(/^port\//, '');
    if (row.type !== 'patch' || portId === undefined || !isUuid(portId)) continue;
    ends.set(portId, { portRow, openFlowPort: openFlowPort(row), requestedPort: row.ofport_request });
  }
  return ends;
}

/** -1 says that ovs-vswitchd could not open the device. ovs-vswitchd.conf.db(5) Interface.ofport. */
function openFlowPort({ ofport }: InterfaceRow): number | undefined {
  return ofport !== undefined && ofport > 0 ? ofport : undefined;
}
