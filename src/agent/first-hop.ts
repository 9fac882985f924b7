import type { Uuid } from '../base/index.ts';
import { compilePort, type DropReason, dropReason, tables } from '../firsthop/index.ts';
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

/** Reads out of a bridge's flows, as they are visited, what was learned for each port, and what was dropped and why. */
export class Observer {
  readonly #byCookie: ReadonlyMap<bigint, { portId: Uuid; learned: string[]; drops: Map<DropReason, number> }>;

  constructor(ports: Iterable<ServedPort>) {
    const blank = (portId: Uuid) => ({ portId, learned: [], drops: new Map() });
    this.#byCookie = new Map([...ports].map(({ intent, cookie }) => [cookie, blank(intent.portId)]));
  }

  visit(flow: InstalledFlow): void {
    const port = this.#byCookie.get(flow.cookie);
    if (!port) return;
    const learned = flow.table === tables.learned ? learnedAddress(flow) : undefined;
    if (learned !== undefined) port.learned.push(learned);
    const reason = flow.packets > 0 ? dropReason(flow) : undefined;
    if (reason) port.drops.set(reason, (port.drops.get(reason) ?? 0) + flow.packets);
  }

  observations(): readonly PortObservation[] {
    return [...this.#byCookie.values()].map(({ portId, learned, drops }) => ({
      portId,
      learned,
      drops: [...drops].map(([reason, packets]) => ({ reason, packets })),
    }));
  }
}

/** The address stands in the match, in register xxreg1: see `tables` of src/firsthop. */
function learnedAddress({ match }: InstalledFlow): string | undefined {
  const digits = match.get('xxreg1')?.replace(/^0x/, '').padStart(32, '0');
  const address = digits && addressFromBytes(Buffer.from(digits, 'hex'));
  return address ? formatAddress(address) : undefined;
}
