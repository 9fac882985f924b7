import { type PortId, portTable, withPairedAddress } from '../../resources/index.ts';
import type { Kind } from '../kind.ts';

/** The ports that have an address for their own which is in an address pair of another port of their network. */
export interface PairedAddressFacts {
  readonly holders: readonly PortId[];
}

/** An address of a network that a port came to have by an address pair, or lost. Its id is the scope of those claims. */
export const pairedAddressKind: Kind<PairedAddressFacts> = {
  kind: 'paired-address',
  async read(lookup, ids) {
    const facts = new Map<string, PairedAddressFacts>();
    for (const id of ids) {
      await lookup.turn();
      facts.set(id, { holders: await lookup.reader.listIds(portTable, { where: withPairedAddress(id) }) });
    }
    return facts;
  },
  related: ({ holders }) => holders.map((id) => ({ kind: 'port', id })),
};
