import { type Address, addressFromBytes } from '../ip/index.ts';
import { tables } from './tables.ts';

/** What a packet that a flow has shown the agent tells about an address. */
export interface Notice {
  /**
   * `detection`: the guest detects an address that its port has not. `data`: it uses one. `rival`: somebody else detects an
   * address that the guest is just detecting. `contest`: somebody else detects an address that the port has. `presence`: the
   * guest answers for an address that it was asked for by the first hop.
   */
  readonly kind: 'detection' | 'data' | 'rival' | 'contest' | 'presence';
  readonly address: Address;
}

/** A packet that a flow has sent to the agent. */
export interface ShownPacket {
  readonly table: number;
  readonly frame: Uint8Array;
}

const kinds: ReadonlyMap<number, Notice['kind']> = new Map([
  [tables.claimByDetection, 'detection'],
  [tables.claimByData, 'data'],
  [tables.rival, 'rival'],
  [tables.contested, 'contest'],
  [tables.presence, 'presence'],
]);

const sourceStart = 14 + 8;

/**
 * Reads what the flows show of addresses: the address stands as the source in the IPv6 header (`showAddress`), which is
 * behind an Ethernet header without tags. Undefined for packets that are to be answered.
 */
export function readNotice({ table, frame }: ShownPacket): Notice | undefined {
  const kind = kinds.get(table);
  const address = kind && addressFromBytes(frame.subarray(sourceStart, sourceStart + 16));
  return kind && address && { kind, address };
}
