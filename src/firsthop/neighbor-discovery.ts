import { formatAddress, formatPrefix, prefixFamily } from '../ip/index.ts';
import {
  eui64LinkLocals,
  learnablePrefixes,
  ownMacs,
  pinnedAddresses,
  registerMatch,
  reservedAddresses,
} from './bindings.ts';
import { type FlowWriter, goto, hexCookie, lookUpBinding, type PortWiring } from './flow.ts';
import type { PortIntent } from './intent.ts';
import { tables } from './tables.ts';

const noMac = '00:00:00:00:00:00';
const solicitation = ['icmp6', 'icmp_type=135'];
const advertisement = ['icmp6', 'icmp_type=136'];
/** What OpenFlow can match of RFC 4861 §7.1.1 and §7.1.2; nobody hears what is not so, nor defends an address against it. */
const valid = ['nw_ttl=255', 'icmp_code=0'];

/** How long after its DAD solicitation an address is tentative: RFC 6620 §3.2.3 TENT_LT is 0.5 s; slow guests wait longer. */
export const tentativeSeconds = 2;

/** Inspects what the guest says as a neighbour, and learns addresses from its DAD (FCFS SAVI, RFC 6620). */
export function inspectNeighborDiscovery(writer: FlowWriter, intent: PortIntent, wiring: PortWiring): void {
  pinAddresses(writer, intent, wiring);
  inspectOptions(writer, intent);
  decideDetection(writer, intent, wiring);
}

function pinAddresses(writer: FlowWriter, intent: PortIntent, { cookie }: PortWiring): void {
  const pinned = pinnedAddresses(intent).filter(({ prefix }) => prefixFamily(prefix) === 6);
  for (const { prefix, mac } of pinned) {
    writer.fromGuest(tables.pinned, 10, [`dl_src=${mac}`, `xxreg1=${registerMatch(prefix)}`], 'load:1->NXM_NX_REG0[0]');
  }
  // Two ports may pin one address (VRRP, anycast). A flow is known by priority and match, so each port has a priority.
  const priority = 1 + Number(cookie % 60_000n);
  const claimed = new Set(
    pinned.filter(({ prefix }) => prefix.length === 128).map(({ prefix }) => registerMatch(prefix)),
  );
  const network = `xxreg2=0x${intent.networkId.replaceAll('-', '')}`;
  for (const address of claimed) {
    writer.fromAny(tables.pinnedClaims, priority, [`xxreg1=${address}`, network], 'load:1->NXM_NX_REG1[0]');
  }
}

/** A link-layer option that names another MAC is how neighbour caches are poisoned. */
function inspectOptions(writer: FlowWriter, intent: PortIntent): void {
  const table = tables.neighborDiscovery;
  const target = 'move:NXM_NX_ND_TARGET[]->NXM_NX_XXREG1[]';
  const claims = `resubmit(,${tables.learnedClaims}),resubmit(,${tables.pinnedClaims})`;
  const detect = `${target},${claims},${lookUpBinding},resubmit(,${tables.duplicateDetection})`;
  const advertise = `${target},${lookUpBinding},resubmit(,${tables.advertisedTarget})`;
  for (const kind of [solicitation, advertisement]) {
    // Also what Open vSwitch shows for options that contradict each other.
    writer.dropFromGuest('malformed-nd', [...kind, 'nd_target=::']);
    writer.dropFromGuest('nd-link-layer-address', [...kind, ...valid]);
    writer.dropFromGuest('nd-hop-limit', kind);
  }
  writer.fromGuest(table, 120, [...solicitation, ...valid, 'ipv6_src=::', `nd_sll=${noMac}`], detect);
  writer.dropFromGuest('malformed-nd', [...solicitation, 'ipv6_src=::']); // RFC 4861 §4.3: no option then;
  for (const mac of ownMacs(intent)) {
    for (const option of [mac, noMac]) {
      const from = `dl_src=${mac}`;
      writer.fromGuest(table, 90, [...solicitation, ...valid, from, `nd_sll=${option}`], goto(tables.source));
      writer.fromGuest(table, 90, [...advertisement, ...valid, from, `nd_tll=${option}`], advertise);
    }
  }
  writer.fromGuest(table, 0, [], goto(tables.source));
  writer.fromGuest(tables.advertisedTarget, 10, ['reg0=1'], `load:0->NXM_NX_REG0[],${goto(tables.source)}`);
  writer.dropFromGuest('nd-target');
}

/** First come, first served: on this host by the claims, across hosts by the owner's defence (see `guardNetwork`). */
function decideDetection(writer: FlowWriter, intent: PortIntent, wiring: PortWiring): void {
  const table = tables.duplicateDetection;
  writer.fromGuest(table, 40, ['reg0=1'], goto(tables.admitDetection));
  writer.dropFromGuest('address-taken', ['reg1=1']);
  for (const target of new Set([eui64LinkLocals, ...reservedAddresses(intent).map(formatAddress)])) {
    writer.dropFromGuest('address-taken', [...solicitation, `nd_target=${target}`]);
  }
  for (const prefix of learnablePrefixes(intent)) {
    const match = [...solicitation, `dl_src=${intent.mac}`, `nd_target=${formatPrefix(prefix)}`];
    writer.fromGuest(table, 10, match, learnAddress(intent, wiring));
  }
  writer.dropFromGuest('off-link-address');
  const claim = learn(tables.learnedClaims, wiring, {
    match: 'NXM_NX_XXREG1[],NXM_NX_XXREG2[]',
    load: 'load:1->NXM_NX_REG1[0]',
  });
  writer.fromGuest(
    tables.learnVerdict,
    10,
    [...solicitation, 'reg2=1'],
    `${claim},${showClaim},${goto(tables.admitDetection)}`,
  );
  writer.dropFromGuest('learned-address-quota');
  const tentative = learn(tables.tentative, wiring, {
    limits: `hard_timeout=${tentativeSeconds},limit=64`,
    match: `in_port=${wiring.patchPort},NXM_NX_XXREG1[]`,
    load: 'load:1->NXM_NX_REG3[0]',
  });
  writer.fromGuest(tables.admitDetection, 0, solicitation, `${tentative},${toTheGroup},output:${wiring.patchPort}`);
}

/**
 * Where a DAD solicitation goes to (RFC 4862 §5.4.2), whatever it says itself: at another group its owner would not
 * hear it. Changes nothing of an honest one.
 */
const toTheGroup = [
  'set_field:ff02::1:ff00:0->ipv6_dst,move:NXM_NX_ND_TARGET[0..23]->NXM_NX_IPV6_DST[0..23]',
  'set_field:33:33:ff:00:00:00->eth_dst,move:NXM_NX_ND_TARGET[0..23]->NXM_OF_ETH_DST[0..23]',
].join(',');

/**
 * The agent hears of an address that was just learned, by the headers of its solicitation with the address as their
 * source (see `claimedAddress`): where the target stands in the packet, behind which extension headers, is not asked.
 */
const showClaim = 'clone(move:NXM_NX_XXREG1[]->NXM_NX_IPV6_SRC[],CONTROLLER:54)';

/** `limit` counts the flows of this cookie in the table: the quota. To OVS a limit of 0 is none. */
function learnAddress(intent: PortIntent, wiring: PortWiring): string {
  if (intent.learnedAddressQuota === 0) return goto(tables.learnVerdict);
  const binding = learn(tables.learned, wiring, {
    limits: `limit=${intent.learnedAddressQuota},result_dst=NXM_NX_REG2[0]`,
    match: 'NXM_OF_IN_PORT[],NXM_OF_ETH_SRC[],NXM_NX_XXREG1[]',
    load: 'load:1->NXM_NX_REG0[0]',
  });
  return `${binding},${goto(tables.learnVerdict)}`;
}

interface Lesson {
  readonly limits?: string;
  readonly match: string;
  readonly load: string;
}

export function learn(table: number, { cookie }: PortWiring, { limits, match, load }: Lesson): string {
  const parts = [`table=${table}`, 'priority=10', `cookie=${hexCookie(cookie)}`, limits, match, load];
  return `learn(${parts.filter(Boolean).join(',')})`;
}
