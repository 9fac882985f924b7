import { registers } from './registers.ts';
import { tables } from './tables.ts';

/**
 * Why packets are dropped, and the code by which the switch counts them: a port's counter of one reason is a flow that
 * matches the code. Counters outlive the agent, so a code never gets another meaning; 5 and 25 had one.
 */
export const dropCodes = {
  'admin-down': 2,
  'vlan-tagged': 3,
  'wrong-source-mac': 4,
  'fragmented-nd': 6,
  'incomplete-header-chain': 7,
  'stacked-vlan-tags': 8,
  'rogue-ra': 9,
  'rogue-redirect': 10,
  'rogue-mld-query': 11,
  'rogue-dhcpv6-server': 12,
  'rogue-dhcpv4-server': 13,
  'malformed-nd': 14,
  'nd-link-layer-address': 15,
  'nd-hop-limit': 16,
  'nd-target': 17,
  'address-taken': 18,
  'off-link-address': 19,
  'learned-address-quota': 20,
  'wrong-arp': 21,
  'wrong-source-ipv4': 22,
  'unknown-ethertype': 23,
  'wrong-source-ipv6': 24,
  'ra-from-network': 26,
  'redirect-from-network': 27,
  'dhcpv6-server-from-network': 28,
  'dhcpv4-server-from-network': 29,
  'dad-denial-from-network': 30,
  'own-address-advertised': 31,
  'too-many-requests': 32,
  'fragmented-nd-from-network': 40,
  'incomplete-chain-from-network': 41,
} as const satisfies Record<string, number>;

/**
 * Reasons that no flow drops for: the agent refuses claims and counts them, and meters before it count by themselves. Their
 * codes are of the time when flows did, or reserved.
 */
export const agentReasons = [
  'address-taken',
  'off-link-address',
  'learned-address-quota',
  'too-many-requests',
] as const satisfies readonly DropReason[];

/** The name of a reason why a packet was dropped, as the API and the logs give it. */
export type DropReason = keyof typeof dropCodes;

/** Whether a text, from an agent of any version, names a reason that this version knows. */
export function isDropReason(text: string): text is DropReason {
  return Object.hasOwn(dropCodes, text);
}

/** What there is to know of an installed flow, as `ovs-ofctl dump-flows` prints it. */
export interface CountedFlow {
  readonly table: number;
  /** Fields by name. */
  readonly match: ReadonlyMap<string, string>;
}

/** What the flow counts drops of; undefined for a flow that counts none, or a reason that is not of this pipeline. */
export function dropReason({ table, match }: CountedFlow): DropReason | undefined {
  return table === tables.drops ? byCode.get(Number(match.get(registers.verdict))) : undefined;
}

const byCode: ReadonlyMap<number, DropReason> = new Map(reasons().map((reason) => [dropCodes[reason], reason]));

function reasons(): readonly DropReason[] {
  return Object.keys(dropCodes) as DropReason[];
}
