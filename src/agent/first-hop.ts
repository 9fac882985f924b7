import type { Milliseconds, Uuid } from '../base/index.ts';
import type { Lease } from '../feed/index.ts';
import {
  advertisementFrames,
  answerGuest,
  claimedAddress,
  compileNetwork,
  compilePort,
  type DropReason,
  farewellFrames,
  type LearnedBinding,
  type LeaseEvent,
  observeFlow,
} from '../firsthop/index.ts';
import {
  type Address,
  equalAddress,
  formatAddress,
  isLinkLocal,
  linkLocalFromMac,
  type Mac,
  parseAddress,
  solicitedNode,
} from '../ip/index.ts';
import type { FlowText, InstalledFlow, PacketIn } from '../openflow/index.ts';
import { decodeFrame, icmpv6Frame, multicastMac } from '../packet/index.ts';
import type { ServedPort } from './plan.ts';
import type { Answer } from './responder.ts';

/** Owns the flows that belong to no port. */
export const bridgeCookie = 1n;

/** The flows of one port, for the hop bridge. */
export function compile(port: ServedPort): readonly FlowText[] {
  return compilePort(port.intent, port);
}

/** The flows that these ports, all of one network, share. */
export function compileForNetwork(ports: readonly ServedPort[], cookie: bigint): readonly FlowText[] {
  return compileNetwork(
    ports.map(({ intent }) => intent),
    cookie,
  );
}

/** The unasked router advertisements for a port's guest; none while the port is administratively down. */
export function advertise({ intent }: ServedPort): readonly Uint8Array[] {
  return intent.adminStateUp ? advertisementFrames(intent) : [];
}

/** Takes back what the guest was told of, and is true no more. */
export function farewell(before: ServedPort, after: ServedPort): readonly Uint8Array[] {
  return before.intent.adminStateUp && after.intent.adminStateUp ? farewellFrames(before.intent, after.intent) : [];
}

/** The frames that answer a guest's packet, and the leases that this grants or ends. `now` dates them. */
export function answer({ intent }: ServedPort, frame: Uint8Array, now: Milliseconds): Answer {
  const { frames, leases } = answerGuest(intent, frame);
  return { frames, leases: leases.map((event) => reportedLease(intent.portId, event, now)) };
}

/**
 * The DAD solicitation of a link-local address that the guest solicits from, to be put to the flows in its name. A guest
 * whose link came up a moment before its port was wired did its detection in vain, and never does it again: this makes
 * up for it, by the same rules, quota and defence included. None for the address that every stock guest has anyway.
 */
export function repeatDetection({ intent }: ServedPort, frame: Uint8Array): Uint8Array | undefined {
  const decoded = decodeFrame(frame);
  if (!decoded.ok || decoded.value.icmpv6?.kind !== 'router-solicitation') return undefined;
  const target = decoded.value.ipv6?.source;
  if (!target || !isLinkLocal(target) || equalAddress(target, linkLocalFromMac(intent.mac))) return undefined;
  return detection(target, decoded.value.ethernet.source);
}

/**
 * The DAD solicitation of an address that the guest has just claimed, once more and well-formed. No flow can tell
 * whether the guest's own was one that the owner hears: for a wrong checksum, an extension header or an empty option he
 * would keep silent (RFC 4861 §7.1.1), and lose the address. Undefined for a packet that tells of no claim.
 */
export function confirmDetection({ intent }: ServedPort, packet: PacketIn): Uint8Array | undefined {
  const target = claimedAddress(packet);
  return target && detection(target, intent.mac);
}

/** A DAD solicitation: RFC 4862 §5.4.2. */
export function detection(target: Address, sourceMac: Mac): Uint8Array | undefined {
  const destination = solicitedNode(target);
  const destinationMac = multicastMac(destination);
  if (!unspecified || !destinationMac) return undefined;
  return icmpv6Frame(
    { kind: 'neighbor-solicitation', target, options: [] },
    { source: unspecified, destination, sourceMac, destinationMac },
  );
}

const unspecified = parseAddress('::');

/** What the switch's flows say of one port. */
export interface PortObservation {
  readonly port: ServedPort;
  readonly learned: readonly LearnedBinding[];
  /** Learned, and then defended by whoever holds them. */
  readonly conflicts: readonly Address[];
  readonly drops: ReadonlyMap<DropReason, number>;
}

/**
 * Gathers what was learned and dropped out of a bridge's flows, as they are visited. It says nothing of a port of which
 * there is no flow at all: the switch has just restarted, and that must not pass for a port that has learned nothing.
 */
export class Observer {
  readonly #byCookie: ReadonlyMap<bigint, Gathered>;

  constructor(ports: Iterable<ServedPort>) {
    const blank = (port: ServedPort) => ({ port, learned: [], conflicts: [], drops: new Map(), isPresent: false });
    this.#byCookie = new Map([...ports].map((port) => [port.cookie, blank(port)]));
  }

  visit(flow: InstalledFlow): void {
    const gathered = this.#byCookie.get(flow.cookie);
    if (!gathered) return;
    gathered.isPresent = true;
    const seen = observeFlow(flow);
    if (!seen) return;
    if (seen.kind === 'learned') gathered.learned.push(seen);
    else if (seen.kind === 'conflict') gathered.conflicts.push(seen.address);
    else if (seen.packets > 0) gathered.drops.set(seen.reason, (gathered.drops.get(seen.reason) ?? 0) + seen.packets);
  }

  observations(): readonly PortObservation[] {
    return [...this.#byCookie.values()].filter(({ isPresent }) => isPresent);
  }
}

interface Gathered {
  readonly port: ServedPort;
  readonly learned: LearnedBinding[];
  readonly conflicts: Address[];
  readonly drops: Map<DropReason, number>;
  isPresent: boolean;
}

function reportedLease(portId: Uuid, event: LeaseEvent, now: Milliseconds): Lease {
  return {
    portId,
    address: formatAddress(event.address),
    clientDuid: event.clientId,
    identityAssociation: event.iaid,
    expiresAt: Math.floor(now + event.validLifetimeSeconds * 1000),
  };
}
