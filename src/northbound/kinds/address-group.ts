import { type AddressGroup, addressGroupTable } from '../../resources/index.ts';
import type { Kind } from '../kind.ts';

export const addressGroupKind: Kind<AddressGroup> = {
  kind: 'address-group',
  table: addressGroupTable,
  read: (lookup, ids) => lookup.byId(addressGroupTable, ids),
};
