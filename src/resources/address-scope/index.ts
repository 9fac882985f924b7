import { err, ok } from '../../base/index.ts';
import { created, type Resource, refusal, removed, updated } from '../../kit/index.ts';
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

export const addressScopeResource: Resource<AddressScope, AddressScopeInput> = {
  table: addressScopeTable,
  definition: addressScopeDefinition,
  extension: {
    alias: 'address-scope',
    name: 'Address scope',
    description: 'Address scopes extension.',
    updated: '2015-07-26T10:00:00-00:00',
  },
  policy: { get: 'reader', create: 'member', update: 'owner', delete: 'owner' },
  visibleTo: (projectId) => ({
    kind: 'any',
    of: [
      { kind: 'in', column: 'project_id', values: [projectId] },
      { kind: 'in', column: 'shared', values: [1] },
    ],
  }),
  create: async (input, _reader, context) => ok(created(addressScopeTable, input, context)),
  async update(scope, input, _reader, context) {
    if (scope.shared && input.shared === false) return err(cannotUnshare(scope));
    return ok(updated(addressScopeTable, scope, input, context));
  },
  remove: async (scope) => ok(removed(addressScopeTable, scope)),
};
