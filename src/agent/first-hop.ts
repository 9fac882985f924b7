import type { Milliseconds, Uuid } from '../base/index.ts';
import type { Lease } from '../feed/index.ts';
import {
  advertisementFrames,
  answerGuest,
  compileNetwork,
  compilePort,
  type DropReason,
  farewellFrames,
  type LeaseEvent,
  observeFlow,
} from '../firsthop/index.ts';
import { formatAddress } from '../ip/index.ts';
import type { FlowText, InstalledFlow } from '../openflow/index.ts';
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

/** What the switch's flows say of one port. */
export interface PortObservation {
  readonly port: ServedPort;
  /** How often each of its addresses was looked up, by their text. */
  readonly used: ReadonlyMap<string, number>;
  readonly drops: ReadonlyMap<DropReason, number>;
}

/**
 * Gathers what was used and dropped out of a bridge's flows, as they are visited. It says nothing of a port of which
 * there is no flow at all: the switch has just restarted.
 */
export class Observer {
  readonly #byCookie: ReadonlyMap<bigint, Gathered>;

  constructor(ports: Iterable<ServedPort>) {
    const blank = (port: ServedPort) => ({ port, used: new Map(), drops: new Map(), isPresent: false });
    this.#byCookie = new Map([...ports].map((port) => [port.cookie, blank(port)]));
  }

  visit(flow: InstalledFlow): void {
    const gathered = this.#byCookie.get(flow.cookie);
    if (!gathered) return;
    gathered.isPresent = true;
    const seen = observeFlow(flow);
    if (seen?.kind === 'used') gathered.used.set(formatAddress(seen.address), seen.packets);
    if (seen?.kind === 'dropped') add(gathered.drops, seen.reason, seen.packets);
  }

  /** What the meters before the agent have dropped, by their ids. */
  visitMeters(dropped: ReadonlyMap<number, number>): void {
    for (const { port, drops } of this.#byCookie.values()) {
      add(drops, 'too-many-requests', dropped.get(port.meters?.requests ?? -1) ?? 0);
    }
  }

  observations(): readonly PortObservation[] {
    return [...this.#byCookie.values()].filter(({ isPresent }) => isPresent);
  }
}

interface Gathered {
  readonly port: ServedPort;
  readonly used: Map<string, number>;
  readonly drops: Map<DropReason, number>;
  isPresent: boolean;
}

function add(drops: Map<DropReason, number>, reason: DropReason, packets: number): void {
  if (packets > 0) drops.set(reason, (drops.get(reason) ?? 0) + packets);
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
