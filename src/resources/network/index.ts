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
  create: async (input, reader, context) => decideCreate(input, await readCreateWorld(reader, context), context),
  // A change concerns all ports and subnets of the network, and any of them stands in the way of its end.
  update: async (network, input, { unscoped }, context) =>
    decideUpdate(network, input, await readUpdateWorld(unscoped, network, input), context),
  remove: async (network, { unscoped }) => decideDelete(network, await readDeleteWorld(unscoped, network)),
};
