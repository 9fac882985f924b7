import { type AddressGroup, addressGroupTable } from '../../resources/index.ts';
import type { Kind } from '../kind.ts';

/** Reads address groups by their ids; nothing else in NB depends on a change of one. */
export const addressGroupKind: Kind<AddressGroup> = {
  kind: 'address-group',
  table: addressGroupTable,
  read: (lookup, ids) => lookup.byId(addressGroupTable, ids),
};
