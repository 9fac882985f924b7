import type { Resource } from '../../kit/index.ts';
import { ownedOrShared } from '../rbac-policy/sharing.ts';
import { needsDefaultGroup } from '../security-group/default-group.ts';
import { addressScopeAttributes } from './address-scopes.ts';
import { type Network, type NetworkInput, networkDefinition, networkTable } from './network.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { subnetsAttribute } from './subnets.ts';
import { readCreateWorld, readDeleteWorld, readUpdateWorld } from './world.ts';

/** Serves `/v2.0/networks`. A project sees its own networks and those that are shared with it. */
export const networkResource: Resource<Network, NetworkInput> = {
  table: networkTable,
  definition: {
    ...networkDefinition,
    attributes: [...networkDefinition.attributes, subnetsAttribute, ...addressScopeAttributes],
  },
  policy: { get: 'reader', create: 'member', update: 'owner', delete: 'owner' },
  visibleTo: ownedOrShared,
  prerequisite: needsDefaultGroup('create'),
  create: async (input, reader, context) => decideCreate(input, await readCreateWorld(reader, input, context), context),
  update: async (network, input, reader, context) =>
    decideUpdate(network, input, await readUpdateWorld(reader, network, input), context),
  // Any port on the network stands in the way of its end.
  remove: async (network, { unscoped }) => decideDelete(network, await readDeleteWorld(unscoped, network)),
};
