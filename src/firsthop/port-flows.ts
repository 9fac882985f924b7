import { type Address, hostPrefix, prefixFamily } from '../ip/index.ts';
import { ownAddresses, ownMacs, registerMatch } from './bindings.ts';
import {
  bound,
  dropFor,
  type FlowText,
  type FlowWriter,
  flowWriter,
  goto,
  hexCookie,
  type Match,
  type PortWiring,
  toNetwork,
} from './flow.ts';
import { servicesOf } from './guard.ts';
import type { PortIntent } from './intent.ts';
import { give, has, networkValue, registers, type Trait } from './registers.ts';
import { tables } from './tables.ts';

/** How long after its DAD solicitation an address is tentative: RFC 6620 §3.2.3 TENT_LT is 0.5 s; slow guests wait longer. */
export const tentativeSeconds = 2;

/** Tells the shared flows who the port is: by where its packets come in. */
export function classifyPort(writer: FlowWriter, intent: PortIntent, wiring: PortWiring): void {
  const { guestPort, patchPort } = wiring;
  const [guest, network] = [[`in_port=${guestPort}`], [`in_port=${patchPort}`]];
  const fromAny = `set_field:${guestPort}->${registers.guestPort}`;
  if (!intent.adminStateUp) {
    for (const end of [guest, network]) writer.write(tables.classify, 100, end, `${fromAny},${dropFor('admin-down')}`);
    return;
  }
  const known = `${fromAny},set_field:${networkValue(intent.networkId)}->${registers.network}`;
  const fromGuest = `${known},set_field:${patchPort}->${registers.patchPort},${give(...portTraits(intent))}`;
  writer.write(tables.classify, 100, guest, `${fromGuest},${goto(tables.guestMac)}`);
  const toPort = `${known},${give('ownMac', ...portTraits(intent))}`;
  writer.write(tables.classify, 100, network, `${toPort},${goto(tables.toGuest)}`);
}

function portTraits(intent: PortIntent): readonly Trait[] {
  return [
    ...(intent.portSecurityEnabled ? (['secured'] as const) : []),
    ...(intent.routerTrusted ? (['routerTrusted'] as const) : []),
    ...servicesOf(intent),
  ];
}

/**
 * Counts what is dropped, a flow for each reason, which comes with the first packet that it is for. That packet is
 * translated by the flows as they were before, so the counter starts with the second (see `observeFlow`); the first ones
 * from the guest are counted together, so that the sum of all counters is what was dropped.
 */
export function countDrops(writer: FlowWriter, { guestPort, cookie }: PortWiring): void {
  const match = 'NXM_OF_IN_PORT[],NXM_NX_REG0[]';
  const count = `learn(table=${tables.drops},priority=10,cookie=${hexCookie(cookie)},${match}),resubmit(,${tables.drops})`;
  writer.write(tables.drop, 100, [`${registers.guestPort}=${guestPort}`], count);
  writer.write(tables.drops, 1, [`in_port=${guestPort}`], 'drop');
}

/** Sent to the agent whole. */
const toAgent = 'CONTROLLER:65535';

/**
 * The switch queues what it sends the agent for all ports together: meters keep one guest from filling that queue. What a
 * guest asks has one, and what its packets tell besides has another, so that data never costs it an answer. The agent
 * knows the port by the flow's cookie.
 */
export function askAgent(writer: FlowWriter, { guestPort, meters }: PortWiring): void {
  writer.write(tables.ask, 100, [`in_port=${guestPort}`], metered(meters?.requests, toAgent));
}

function metered(meter: number | undefined, actions: string): string {
  return meter === undefined ? actions : `meter:${meter},${actions}`;
}

/** Binds to the port what its intent pins: MACs, its own addresses, and the allowed pairs. */
export function bindAddresses(writer: FlowWriter, intent: PortIntent, { guestPort, cookie }: PortWiring): void {
  const guest = `in_port=${guestPort}`;
  for (const mac of ownMacs(intent)) {
    const seen = mac === intent.mac ? `${give('ownMac')},` : '';
    writer.write(tables.guestMac, 50, [guest, `dl_src=${mac}`], `${seen}${goto(tables.guestGuard)}`);
    const option = [guest, `dl_src=${mac}`, `${registers.linkLayer}=0x${mac.replaceAll(':', '')}`];
    writer.write(tables.linkLayer, 10, option, give('linkLayerConfirmed'));
  }
  const isOwner = [has('ownMac'), `${registers.guestPort}=${guestPort}`, `${registers.owner}=${guestPort}`];
  writer.write(tables.owner, 10, isOwner, bound);
  // An address moves between two ports by two intents. A flow is known by priority and match, so each port has a priority.
  const priority = 1 + Number(cookie % 60_000n);
  const network = `${registers.network}=${networkValue(intent.networkId)}`;
  for (const address of new Set(ownAddresses(intent).map((own) => registerMatch(hostPrefix(own))))) {
    const actions = `set_field:${guestPort}->${registers.owner}`;
    writer.write(tables.pinned, priority, [`${registers.address}=${address}`, network], actions);
  }
  const pairs = intent.allowedAddressPairs.map(({ prefix, mac }) => {
    // IPv4 addresses are looked up as ::ffff:a.b.c.d, which ::/0 would hold; those of IPv4 and ARP need no protocol.
    const protocol = prefixFamily(prefix) === 6 ? 'ipv6,' : '';
    return `${protocol}dl_src=${mac},${registers.address}=${registerMatch(prefix)}`;
  });
  for (const pair of new Set(pairs)) writer.write(tables.pairs, 10, [guest, pair], bound);
}

const solicitation = ['icmp6', 'icmp_type=135'];

/** Shows the agent what the guest claims, and what others detect of its addresses. */
export function showClaims(writer: FlowWriter, { guestPort, patchPort, cookie, meters }: PortWiring): void {
  const [guest, network] = [`in_port=${guestPort}`, `in_port=${patchPort}`];
  const toGroup = `${learnTentative(patchPort, cookie)},${toTheGroup},${toNetwork}`;
  writer.write(tables.admitDetection, 10, [...solicitation, guest], toGroup);
  writer.write(tables.claimByDetection, 10, [...solicitation, guest], metered(meters?.requests, showAddress));
  writer.write(tables.claimByData, 10, ['ipv6', guest, has('ownMac')], metered(meters?.notices, showAddress));
  const answer = 'clone(move:NXM_NX_ND_TARGET[]->NXM_NX_IPV6_SRC[],CONTROLLER:54)';
  writer.write(tables.presence, 10, ['icmp6', 'icmp_type=136', guest], metered(meters?.answers, answer));
  for (const table of [tables.rival, tables.contested] as const) {
    writer.write(table, 10, [...solicitation, network], metered(meters?.notices, showAddress));
  }
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
 * The agent hears of an address by the headers of the packet, with the address as their source (see `readNotice`): where
 * it stands in the packet, behind which extension headers, is not asked.
 */
const showAddress = 'clone(move:NXM_NX_XXREG1[]->NXM_NX_IPV6_SRC[],CONTROLLER:54)';

/** Notes that DAD for an address of the port's own is under way. At most 64 at a time, as pairs may be of whole prefixes. */
function learnTentative(patchPort: number, cookie: bigint): string {
  const limits = `cookie=${hexCookie(cookie)},hard_timeout=${tentativeSeconds},limit=64`;
  const match = `in_port=${patchPort},NXM_NX_XXREG1[]`;
  return `learn(table=${tables.tentative},priority=10,${limits},${match},load:1->NXM_NX_REG3[0])`;
}

/**
 * The flow by which the switch counts advertisements for an address that the agent detects in a guest's name, and the one
 * that keeps others' detection of it from the guest meanwhile.
 */
export function detectionFlows(address: Address, patchPort: number, cookie: bigint): readonly FlowText[] {
  const writer = flowWriter(cookie);
  writer.write(tables.detections, 10, advertised(address, patchPort), 'drop');
  const solicited = [...solicitation, ...detected(address, patchPort)];
  writer.write(tables.detections, 10, solicited, `set_field:1->${registers.tentative}`);
  return writer.flows;
}

/** Matches, for ovs-ofctl, the flow that counts advertisements for a detected address. */
export function detectionCounter(address: Address, patchPort: number): string {
  return [`table=${tables.detections}`, ...advertised(address, patchPort)].join();
}

function advertised(address: Address, patchPort: number): Match {
  return ['icmp6', 'icmp_type=136', ...detected(address, patchPort)];
}

function detected(address: Address, patchPort: number): Match {
  return [`in_port=${patchPort}`, `${registers.address}=${registerMatch(hostPrefix(address))}`];
}
