import { err, ok } from '../../base/index.ts';
import { created, type Resource, refusal, removed, updated } from '../../kit/index.ts';
import { endPolicy, ownedOrShared, readPolicies, sharingChanges } from '../rbac-policy/sharing.ts';
import {
  type AddressScope,
  type AddressScopeId,
  type AddressScopeInput,
  addressScopeDefinition,
  addressScopeTable,
} from './address-scope.ts';

/** neutron-lib exceptions/address_scope.py */
const cannotUnshare = refusal<{ readonly id: AddressScopeId }>('cannot-unshare', {
  status: 400,
  type: 'AddressScopeUpdateError',
  message: ({ id }) => `Unable to update address scope ${id} : Shared address scope can't be unshared.`,
});

/** Serves `/v2.0/address-scopes`: domains within which addresses of one family are unique. */
export const addressScopeResource: Resource<AddressScope, AddressScopeInput> = {
  table: addressScopeTable,
  definition: addressScopeDefinition,
  extensions: [
    {
      alias: 'address-scope',
      name: 'Address scope',
      description: 'Address scopes extension.',
      updated: '2015-07-26T10:00:00-00:00',
    },
  ],
  policy: { get: 'reader', create: 'member', update: 'owner', delete: 'owner' },
  visibleTo: ownedOrShared,
  async create(input, _reader, context) {
    const { entity, changes, dirty } = created(addressScopeTable, input, context);
    const sharing = sharingChanges('address_scope', { before: false, after: entity }, [], context);
    return ok({ entity, changes: [...changes, ...sharing], dirty });
  },
  async update(scope, input, _reader, context) {
    if (scope.shared && input.shared === false) return err(cannotUnshare(scope));
    const { entity, changes, dirty } = updated(addressScopeTable, scope, input, context);
    const sharing = sharingChanges('address_scope', { before: scope.shared, after: entity }, [], context);
    return ok({ entity, changes: [...changes, ...sharing], dirty });
  },
  async remove(scope, { unscoped }) {
    const { changes, ...rest } = removed(addressScopeTable, scope);
    return ok({ ...rest, changes: [...changes, ...(await readPolicies(unscoped, scope.id)).map(endPolicy)] });
  },
};
