import { err, ok } from '../../base/index.ts';
import { type Action, attributeTypes, type Resource, removed, updated } from '../../kit/index.ts';
import { endPolicy, ownedOrShared, readPolicies } from '../rbac-policy/sharing.ts';
import {
  type AddressGroup,
  type AddressGroupInput,
  addressGroupDefinition,
  addressGroupTable,
  addressList,
} from './address-group.ts';
import { addressGroupKeys, decideAdd, decideCreate, decideRemove } from './rules.ts';

const addressBody = attributeTypes.object({ addresses: addressList });

/** Serves `/v2.0/address-groups`: named lists of prefixes that security group rules may point at. */
export const addressGroupResource: Resource<AddressGroup, AddressGroupInput> = {
  table: addressGroupTable,
  definition: addressGroupDefinition,
  extensions: [
    {
      alias: 'address-group',
      name: 'Address group',
      description: 'Support address group',
      updated: '2020-07-15T10:00:00-00:00',
    },
  ],
  policy: {
    get: 'reader',
    create: 'member',
    update: 'owner',
    delete: 'owner',
    add_addresses: 'owner',
    remove_addresses: 'owner',
  },
  visibleTo: ownedOrShared,
  // One may have 10,000 addresses.
  listPage: 10,
  create: async (input, _reader, context) => decideCreate(input, context),
  update: async (group, input, _reader, context) => ok(updated(addressGroupTable, group, input, context)),
  async remove(group, { unscoped }) {
    const { changes, ...rest } = removed(addressGroupTable, group, addressGroupKeys(group));
    return ok({ ...rest, changes: [...changes, ...(await readPolicies(unscoped, group.id)).map(endPolicy)] });
  },
  actions: { add_addresses: addressAction(decideAdd), remove_addresses: addressAction(decideRemove) },
};

/** `PUT /v2.0/address-groups/<id>/add_addresses` with `{"addresses": [...]}`. */
function addressAction(decide: typeof decideAdd): Action<AddressGroup> {
  return {
    schema: addressBody.schema,
    async run(group, body, _reader, context) {
      const parsed = addressBody.parse(body);
      return parsed.ok ? decide(group, parsed.value.addresses, context) : err(parsed.error);
    },
  };
}
