import type { Brand, Uuid } from '../../base/index.ts';
import { changeable, declare, type EntityOf, fieldTypes, fixed, type InputOf } from '../../kit/index.ts';
import { sharedToCaller } from '../rbac-policy/sharing.ts';

const { boolean, ipVersion, text } = fieldTypes;

/** The id of an address scope. */
export type AddressScopeId = Brand<Uuid, 'AddressScopeId'>;

/** neutron-lib api/definitions/address_scope.py */
const fields = {
  name: changeable(text(255), { default: '' }),
  ipVersion: fixed(ipVersion),
  shared: changeable(boolean, { default: false, writableBy: 'admin', ...sharedToCaller }),
};

/** Subnet pools within which no address may stand for two things: what is routed between them needs no translation. */
export type AddressScope = EntityOf<typeof fields, AddressScopeId>;
/** The attributes a client may give when it makes or changes an address scope, already parsed. */
export type AddressScopeInput = InputOf<typeof fields>;

/** How address scopes are stored, and how they look in the API (neutron-lib api/definitions/address_scope.py). */
export const { table: addressScopeTable, definition: addressScopeDefinition } = declare<typeof fields, AddressScopeId>(
  { name: 'address_scope', collection: 'address_scopes' },
  fields,
);
