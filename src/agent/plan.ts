import type { Uuid } from '../base/index.ts';
import type { PortIntent, PortWiring } from '../firsthop/index.ts';
import { choosePatchNumber } from './patch.ts';
import type { Patch, PluggedInterface, SwitchView } from './switch-view.ts';

/** A port that has flows here, if only to drop: who it is, what it should be, and where it is on the hop bridge. */
export interface ServedPort {
  readonly intent: PortIntent;
  readonly plugged: PluggedInterface;
  readonly cookie: bigint;
  /** OpenFlow port of the guest's interface. */
  readonly guestPort: number;
  /** OpenFlow port of the patch to the integration bridge; it may not exist yet. */
  readonly patchPort: number;
  /** The meters that its flows may name; none while the switch has none for it. */
  readonly meters?: NonNullable<PortWiring['meters']>;
}

/** What the switch should be like, given what is plugged and what the controller said. */
export interface WiringPlan {
  readonly serve: ReadonlyMap<Uuid, ServedPort>;
  /** Plugged, but what they should be is not known yet: whatever an earlier process gave them stays. */
  readonly retain: readonly Uuid[];
  /** Plugged, and the controller has no intent for them: nothing passes. */
  readonly unknown: readonly PluggedInterface[];
  /** Patch pairs that nobody needs: of ports that are gone, refused, or administratively down. */
  readonly disconnect: readonly Patch[];
}

/** The state of the switch, and the intents that the controller has given so far. */
export interface PlanInput {
  readonly view: SwitchView;
  readonly findIntent: (portId: Uuid) => PortIntent | undefined;
  /** Whether the controller said that it has no intent for the port. */
  readonly isRefused: (portId: Uuid) => boolean;
}

/** Decides what to wire. Pure. */
export function decideWiring({ view, findIntent, isRefused }: PlanInput): WiringPlan {
  const serve = new Map<Uuid, ServedPort>();
  const retain: Uuid[] = [];
  const unknown: PluggedInterface[] = [];
  const waiting: Uuid[] = [];
  const taken = new Set(view.openFlowPorts);
  for (const plugged of view.plugged.values()) {
    const intent = findIntent(plugged.portId);
    if (!intent) {
      if (isRefused(plugged.portId)) unknown.push(plugged);
      else retain.push(plugged.portId);
      continue;
    }
    const patchPort = patchNumber(view.patches.get(plugged.portId), taken);
    if (plugged.openFlowPort === undefined || patchPort === undefined) {
      waiting.push(plugged.portId); // its device comes and goes as vswitchd restarts: keep what joins it to OVN
      continue;
    }
    taken.add(patchPort);
    const cookie = uuidCookie(plugged.portId);
    serve.set(plugged.portId, { intent, plugged, cookie, guestPort: plugged.openFlowPort, patchPort });
  }
  const joined = [...serve.values()].filter(({ intent }) => intent.adminStateUp).map(({ intent }) => intent.portId);
  const needed = new Set([...joined, ...retain, ...waiting]);
  const disconnect = [...view.patches].filter(([portId]) => !needed.has(portId)).map(([, patch]) => patch);
  return { serve, retain, unknown, disconnect };
}

/** Whether the port may pass packets, both ends of its pair exist in ovs-vswitchd, and flows name the right one. */
export function isConnected({ intent, patchPort }: ServedPort, patch: Patch | undefined): boolean {
  return intent.adminStateUp && patch?.hop?.openFlowPort === patchPort && patch.integration?.openFlowPort !== undefined;
}

/** The number of a pair that stands, or that is being made; else a free one. */
function patchNumber(patch: Patch | undefined, taken: ReadonlySet<number>): number | undefined {
  const { openFlowPort, requestedPort } = patch?.hop ?? {};
  if (patch?.integration && (openFlowPort ?? requestedPort) !== undefined) return openFlowPort ?? requestedPort;
  return choosePatchNumber(taken);
}

/**
 * The cookie of a port's or a network's flows: both halves of its id, folded into 64 bits. It is the same after every
 * restart, so that learned flows and their quota (which Open vSwitch counts per cookie) stay the port's.
 */
export function uuidCookie(id: Uuid): bigint {
  const digits = id.replaceAll('-', '');
  return BigInt(`0x${digits.slice(0, 16)}`) ^ BigInt(`0x${digits.slice(16)}`);
}
