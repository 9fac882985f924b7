import type { Uuid } from '../base/index.ts';
import { compilePort, dropReason, tables } from '../firsthop/index.ts';
import { addressFromBytes, formatAddress } from '../ip/index.ts';
import type { FlowText, InstalledFlow } from '../openflow/index.ts';
import type { ServedPort } from './plan.ts';
import type { PortObservation } from './reporter.ts';
import type { Answer } from './responder.ts';

/** Owns the flows that belong to no port. No port's cookie is as small. */
export const bridgeCookie = 1n;

export function compile(port: ServedPort): readonly FlowText[] {
  return compilePort(port.intent, port);
}

export function advertise(_port: ServedPort): readonly Uint8Array[] {
  return [];
}

export function answer(_port: ServedPort, _frame: Uint8Array): Answer {
  return { frames: [], leases: [] };
}

/** Reads out of the bridge's flows what was learned for each port, and what was dropped there and why. */
export function observePorts(ports: Iterable<ServedPort>, flows: readonly InstalledFlow[]): readonly PortObservation[] {
  const byCookie = Map.groupBy(flows, ({ cookie }) => cookie);
  return [...ports].map(({ intent, cookie }) => observe(intent.portId, byCookie.get(cookie) ?? []));
}

function observe(portId: Uuid, flows: readonly InstalledFlow[]): PortObservation {
  const learned = flows.filter(({ table }) => table === tables.learned).flatMap((flow) => learnedAddress(flow) ?? []);
  const drops = new Map<string, number>();
  for (const { actions, packets } of flows) {
    const reason = dropReason(actions);
    if (reason && packets > 0) drops.set(reason, (drops.get(reason) ?? 0) + packets);
  }
  return { portId, learned, drops: [...drops].map(([reason, packets]) => ({ reason, packets })) };
}

/** The address stands in the match, in register xxreg1: see `tables` of src/firsthop. */
function learnedAddress({ match }: InstalledFlow): string | undefined {
  const digits = match.get('xxreg1')?.replace(/^0x/, '').padStart(32, '0');
  const address = digits && addressFromBytes(Buffer.from(digits, 'hex'));
  return address ? formatAddress(address) : undefined;
}
