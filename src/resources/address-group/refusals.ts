import { formatPrefix, type Prefix } from '../../ip/index.ts';
import { refusal } from '../../kit/index.ts';
import type { AddressGroupId } from '../ids.ts';

interface About {
  readonly id: AddressGroupId;
  readonly addresses: readonly Prefix[];
}

/** neutron-lib exceptions/address_group.py */
export const addressesExist = refusal<About>('addresses-exist', {
  status: 400,
  type: 'AddressesAlreadyExist',
  message: ({ id, addresses }) =>
    `Addresses ${addresses.map(formatPrefix).join(', ')} already exist in the address group ${id}.`,
});

/** Given by `remove_addresses` when one of the named prefixes is not in the group; nothing is removed then. */
export const addressesNotFound = refusal<About>('addresses-not-found', {
  status: 404,
  type: 'AddressesNotFound',
  message: ({ id, addresses }) =>
    `Addresses ${addresses.map(formatPrefix).join(', ')} not found in the address group ${id}.`,
});

export const tooManyAddresses = refusal<{ readonly maximum: number }>('too-many-addresses', {
  status: 409,
  type: 'OverQuota',
  message: ({ maximum }) => `An address group has at most ${maximum} addresses.`,
});
