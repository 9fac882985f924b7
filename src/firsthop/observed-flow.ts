import { type Address, addressFromBytes } from '../ip/index.ts';
import { type DropReason, dropReason } from './drop-reason.ts';
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
  /** Look-ups of an address of the port's, so that two readings tell whether it was in use between them. */
  | { readonly kind: 'used'; readonly address: Address; readonly packets: number }
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly packets: number };

/** Reads a flow back; undefined for one that only forwards. */
export function observeFlow(flow: ObservedFlow): FlowObservation | undefined {
  const reason = dropReason(flow);
  // The packet that brought the counter was the first, and is not in it.
  if (reason) return { kind: 'dropped', reason, packets: flow.packets + 1 };
  const address = flow.table === tables.pinned ? addressIn(flow.match) : undefined;
  return address && { kind: 'used', address, packets: flow.packets };
}

/** xxreg1 is printed as its four quarters, reg4 to reg7; the whole is read too. */
function addressIn(match: ReadonlyMap<string, string>): Address | undefined {
  const whole = match.get('xxreg1');
  const parts = whole === undefined ? [4, 5, 6, 7].map((number) => match.get(`reg${number}`)) : [whole];
  const width = 32 / parts.length;
  const digits = parts.map((part) => part?.replace(/^0x/, '').padStart(width, '0')).join('');
  return /^[0-9a-f]{32}$/.test(digits) ? addressFromBytes(Buffer.from(digits, 'hex')) : undefined;
}
