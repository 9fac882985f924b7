import { formatPrefix } from '../../ip/index.ts';
import { changeable, declare, type EntityOf, fieldTypes, fixed, type InputOf, readOnly } from '../../kit/index.ts';
import type { AddressGroupId } from '../ids.ts';
import { sharedToCaller } from '../rbac-policy/sharing.ts';

const { addressOrPrefix, boolean, list, text } = fieldTypes;

/** Some addresses, each named once. */
export const addressList = list(addressOrPrefix, formatPrefix);

/** neutron-lib api/definitions/address_group.py */
const fields = {
  name: changeable(text(255), { default: '' }),
  addresses: fixed(addressList, { default: [], isUnfiltered: true }),
  shared: readOnly(boolean, sharedToCaller),
};

/** Addresses that rules of security groups name as their peers by one id. They come and go while the rules stand. */
export type AddressGroup = EntityOf<typeof fields, AddressGroupId>;
/** The attributes a client may give when it makes or changes an address group, already parsed. */
export type AddressGroupInput = InputOf<typeof fields>;

/** How address groups are stored, and how they look in the API (neutron-lib api/definitions/address_group.py). */
export const { table: addressGroupTable, definition: addressGroupDefinition } = declare<typeof fields, AddressGroupId>(
  { name: 'address_group', collection: 'address_groups' },
  fields,
);
