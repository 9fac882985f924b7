/**
 * Why a packet is dropped. The position in the list is what the flow carries: never reorder, only append.
 * Counters are read back by it, and other programs show it.
 */
const reasons = [
  'unknown-port',
  'admin-down',
  'vlan-tagged',
  'wrong-source-mac',
  'rogue-ra',
  'rogue-redirect',
  'rogue-dhcpv6-server',
  'rogue-dhcpv4-server',
  'rogue-mld-query',
  'fragmented-link-local',
  'fragmented-nd',
  'incomplete-header-chain',
  'malformed-nd',
  'nd-link-layer-address',
  'nd-target',
  'address-taken',
  'off-link-address',
  'learned-address-quota',
  'wrong-source-ipv6',
  'wrong-source-ipv4',
  'wrong-arp',
  'unknown-ethertype',
  'ra-from-network',
  'redirect-from-network',
  'dhcpv6-server-from-network',
  'dhcpv4-server-from-network',
  'fragmented-link-local-from-network',
  'dad-denial-from-network',
] as const;

export type DropReason = (typeof reasons)[number];

/** The actions of a flow that drops: a `note` does nothing (ovs-actions(7)), and tells what the counter counts. */
export function dropActions(reason: DropReason): string {
  return `note:${(reasons.indexOf(reason) + 1).toString(16).padStart(2, '0')}`;
}

/** The reason of a flow by its actions, as `ovs-ofctl dump-flows` prints them; undefined for a flow that doesn't drop. */
export function dropReason(actions: string): DropReason | undefined {
  const match = /^note:([0-9a-f]{2})(?:\.00)*$/.exec(actions.trim());
  return match?.[1] === undefined ? undefined : reasons[Number.parseInt(match[1], 16) - 1];
}
