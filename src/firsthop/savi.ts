import {
  type Address,
  addressFromBytes,
  hostPrefix,
  isLinkLocal,
  type Mac,
  parseMac,
  prefixContains,
} from '../ip/index.ts';
import { isEui64LinkLocal, learnablePrefixes, registerMatch } from './bindings.ts';
import { type DropReason, dropReason } from './drop-reason.ts';
import { type FlowText, hexCookie, type PortWiring } from './flow.ts';
import type { PortIntent } from './intent.ts';
import { tables } from './tables.ts';

/** A flow as the switch has it. */
export interface ObservedFlow {
  readonly table: number;
  readonly priority: number;
  readonly packets: number;
  /** Fields by name, as `ovs-ofctl dump-flows` prints them. */
  readonly match: ReadonlyMap<string, string>;
  readonly actions: string;
}

/** What one flow of a port's cookie tells. */
export type FlowObservation =
  | ({ readonly kind: 'learned' } & LearnedBinding)
  /** An address that was learned, and then defended by its owner: to be forgotten. */
  | { readonly kind: 'conflict'; readonly address: Address }
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly packets: number };

/** An address that the switch has bound to a port because the guest proved it by DAD (RFC 6620). */
export interface LearnedBinding {
  readonly address: Address;
  readonly mac: Mac;
  /** Lookups that hit, so that two readings tell whether the address was in use between them. */
  readonly packets: number;
}

/**
 * The address that the switch has just learned, out of what it shows the agent of the solicitation (`showClaim`): the
 * source in the IPv6 header, which is behind an Ethernet header without tags.
 */
export function claimedAddress({ table, frame }: ShownPacket): Address | undefined {
  return table === tables.learnVerdict ? addressFromBytes(frame.subarray(14 + 8, 14 + 8 + 16)) : undefined;
}

/** A packet that a flow has sent to the agent. */
export interface ShownPacket {
  readonly table: number;
  readonly frame: Uint8Array;
}

/** Reads a flow back; undefined for one that only forwards. */
export function observeFlow(flow: ObservedFlow): FlowObservation | undefined {
  const reason = dropReason(flow);
  // The packet that brought the counter was the first, and is not in it.
  if (reason) return { kind: 'dropped', reason, packets: flow.packets + 1 };
  const address = flow.table === tables.learned || flow.table === tables.conflicts ? addressIn(flow.match) : undefined;
  if (!address) return undefined;
  if (flow.table === tables.conflicts) return { kind: 'conflict', address };
  const mac = parseMac(flow.match.get('dl_src') ?? '');
  return mac && { kind: 'learned', address, mac, packets: flow.packets };
}

/**
 * The flows that `learn()` would write for these addresses: brings back, after a restart of the switch, what the port
 * was admitted with. What is on-link no more, and what is beyond the quota, is left out.
 */
export function relearn(intent: PortIntent, wiring: PortWiring, addresses: readonly Address[]): readonly FlowText[] {
  if (!intent.portSecurityEnabled || !intent.adminStateUp) return [];
  const cookie = `cookie=${hexCookie(wiring.cookie)}`;
  const network = `xxreg2=0x${intent.networkId.replaceAll('-', '')}`;
  return addresses
    .filter((address) => isLearnable(intent, address))
    .slice(0, intent.learnedAddressQuota)
    .map((address) => `xxreg1=${registerMatch(hostPrefix(address))}`)
    .flatMap((register) => [
      `${cookie},table=${tables.learned},priority=10,in_port=${wiring.guestPort},dl_src=${intent.mac},${register} actions=load:1->NXM_NX_REG0[0]`,
      `${cookie},table=${tables.learnedClaims},priority=10,${register},${network} actions=load:1->NXM_NX_REG1[0]`,
    ]);
}

/** Matches for `delete` in a bundle of ovs-ofctl(8), that take away all that was learned of these addresses. */
export function forget({ cookie }: PortWiring, addresses: readonly Address[]): readonly string[] {
  return addresses.flatMap((address) =>
    [tables.learned, tables.learnedClaims, tables.conflicts].map(
      (table) => `cookie=${hexCookie(cookie)}/-1,table=${table},xxreg1=${registerMatch(hostPrefix(address))}`,
    ),
  );
}

/** What is learned but may not be any more, since the intent has changed: its subnet went, or it turned stateful. */
export function staleBindings(intent: PortIntent, learned: readonly LearnedBinding[]): readonly Address[] {
  if (!intent.portSecurityEnabled) return learned.map(({ address }) => address);
  return learned
    .filter(({ address, mac }) => mac !== intent.mac || !isLearnable(intent, address))
    .map(({ address }) => address);
}

/** A learned address and when it was last used: the one unused for longest makes room for another. */
export interface UsedAddress {
  readonly address: Address;
  /** When the binding was last seen in use, in seconds of any clock. */
  readonly usedAtSeconds: number;
}

/** Room that is kept below the quota, for a guest that makes a temporary address (RFC 8981) out of turn. */
const spareBindings = 2;
/** What was used within an hour is not given up: forged addresses can't push out those in use. */
const restSeconds = 3600;

/**
 * Which bindings to forget when the quota is nearly used up: those longest out of use, never link-local ones. Without
 * this a guest with temporary addresses would lock itself out after some weeks.
 */
export function chooseEvictions(used: readonly UsedAddress[], quota: number, nowSeconds: number): readonly Address[] {
  const excess = used.length - Math.max(quota - spareBindings, 1);
  if (excess <= 0) return [];
  return used
    .filter(({ address, usedAtSeconds }) => !isLinkLocal(address) && nowSeconds - usedAtSeconds > restSeconds)
    .toSorted((a, b) => a.usedAtSeconds - b.usedAtSeconds)
    .slice(0, excess)
    .map(({ address }) => address);
}

function isLearnable(intent: PortIntent, address: Address): boolean {
  return !isEui64LinkLocal(address) && learnablePrefixes(intent).some((prefix) => prefixContains(prefix, address));
}

/** xxreg1 is printed as its four quarters, reg4 to reg7; the whole is read too. */
function addressIn(match: ReadonlyMap<string, string>): Address | undefined {
  const whole = match.get('xxreg1');
  const parts = whole === undefined ? [4, 5, 6, 7].map((number) => match.get(`reg${number}`)) : [whole];
  const width = 32 / parts.length;
  const digits = parts.map((part) => part?.replace(/^0x/, '').padStart(width, '0')).join('');
  return /^[0-9a-f]{32}$/.test(digits) ? addressFromBytes(Buffer.from(digits, 'hex')) : undefined;
}
