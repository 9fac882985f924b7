import { type Network, networkTable } from '../../resources/index.ts';
import type { Kind } from '../kind.ts';

/** A network is translated from itself alone. */
export const networkKind: Kind<Network> = {
  kind: 'network',
  table: networkTable,
  read: (lookup, ids) => lookup.byId(networkTable, ids),
};
