import { formatAddress } from '../ip/index.ts';
import type { DeclaredAddress, Key, Stored, Table } from '../kit/index.ts';
import { bindingKeys, type NetworkId, type PortId } from '../resources/index.ts';
import type { ObservedWriter } from './types.ts';

/** The bindings that a change of an entity ends: what is declared is stronger than what was granted. */
export interface Displacement {
  /** Addresses that are the entity's by declaration from now on. */
  readonly declared: readonly DeclaredAddress[];
  /** The entity, when the anchor of its own bindings has changed. */
  readonly unanchored: readonly PortId[];
}

/** Of a change that ends none. */
export const nothingDisplaced: Displacement = { declared: [], unanchored: [] };

/** What a new or changed entity displaces. Pure. */
export function displacementBy(
  { declares, bindingAnchor }: Table,
  before: Stored | undefined,
  after: Stored,
): Displacement {
  if (!declares) return nothingDisplaced;
  const known = new Set((before ? declares(before) : []).map(textOf));
  const isMoved = before !== undefined && bindingAnchor?.(before) !== bindingAnchor?.(after);
  return {
    declared: declares(after).filter((one) => !known.has(textOf(one))),
    // Only ports have an anchor.
    unanchored: isMoved ? [after.id as PortId] : [],
  };
}

function textOf({ networkId, address }: DeclaredAddress): string {
  return `${networkId} ${formatAddress(address)}`;
}

/** Ends the displaced bindings in the unit that displaces them, and answers the keys of what follows from that. */
export async function endDisplaced(observed: ObservedWriter, all: readonly Displacement[]): Promise<readonly Key[]> {
  const { bindings } = observed;
  const moved = await bindings.of(all.flatMap(({ unanchored }) => unanchored));
  const declared = all.flatMap((one) => one.declared);
  const ended = await bindings.unbind([
    ...moved,
    ...declared.map(({ networkId, address }) => ({ networkId: networkId as NetworkId, address })),
  ]);
  return bindingKeys(ended);
}
