import { tables } from './tables.ts';

/** Where a reason's flows stand: in one table, at a priority that no other reason has there. */
interface Stage {
  readonly table: number;
  readonly priority: number;
}

function at(table: number, priority: number): Stage {
  return { table, priority };
}

/** Why packets are dropped, by where. A flow's counter is read back by its table and priority. */
export const dropStages = {
  'unknown-port': at(tables.classify, 0),
  'admin-down': at(tables.classify, 100),
  'vlan-tagged': at(tables.guestMac, 100),
  'wrong-source-mac': at(tables.guestMac, 0),
  'fragmented-link-local': at(tables.guestGuard, 220),
  'fragmented-nd': at(tables.guestGuard, 210),
  'incomplete-header-chain': at(tables.guestGuard, 200),
  'stacked-vlan-tags': at(tables.guestGuard, 190),
  'rogue-ra': at(tables.guestGuard, 105),
  'rogue-redirect': at(tables.guestGuard, 104),
  'rogue-mld-query': at(tables.guestGuard, 103),
  'rogue-dhcpv6-server': at(tables.guestGuard, 102),
  'rogue-dhcpv4-server': at(tables.guestGuard, 101),
  'malformed-nd': at(tables.neighborDiscovery, 110),
  'nd-link-layer-address': at(tables.neighborDiscovery, 80),
  'nd-hop-limit': at(tables.neighborDiscovery, 70),
  'nd-target': at(tables.advertisedTarget, 0),
  'address-taken': at(tables.duplicateDetection, 30),
  'off-link-address': at(tables.duplicateDetection, 0),
  'learned-address-quota': at(tables.learnVerdict, 0),
  'wrong-arp': at(tables.source, 41),
  'wrong-source-ipv4': at(tables.source, 40),
  'unknown-ethertype': at(tables.source, 0),
  'wrong-source-ipv6': at(tables.sourceVerdict, 0),
  'fragmented-link-local-from-network': at(tables.toGuest, 200),
  'ra-from-network': at(tables.toGuest, 104),
  'redirect-from-network': at(tables.toGuest, 103),
  'dhcpv6-server-from-network': at(tables.toGuest, 102),
  'dhcpv4-server-from-network': at(tables.toGuest, 101),
  'dad-denial-from-network': at(tables.solicitedOfGuest, 10),
} as const satisfies Record<string, Stage>;

export type DropReason = keyof typeof dropStages;

/** What there is to know of an installed flow, as `ovs-ofctl dump-flows` prints it. */
export interface CountedFlow {
  readonly table: number;
  readonly priority: number;
  readonly actions: string;
}

/** Why the flow drops; undefined for a flow that doesn't, or that is not of this pipeline. */
export function dropReason({ table, priority, actions }: CountedFlow): DropReason | undefined {
  return actions === 'drop' ? byStage.get(`${table}/${priority}`) : undefined;
}

const byStage: ReadonlyMap<string, DropReason> = new Map(
  reasons().map((reason) => [`${dropStages[reason].table}/${dropStages[reason].priority}`, reason]),
);

function reasons(): readonly DropReason[] {
  return Object.keys(dropStages) as DropReason[];
}
