import type { Resource } from '../../kit/index.ts';
import { networkTable } from '../network/network.ts';
import { ownedOrShared } from '../rbac-policy/sharing.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { type Subnet, type SubnetInput, subnetDefinition, subnetTable } from './subnet.ts';
import { readCreateWorld, readDeleteWorld, readUpdateWorld } from './world.ts';

/** Serves `/v2.0/subnets`. A project sees its own subnets and those of networks that are shared with it. */
export const subnetResource: Resource<Subnet, SubnetInput> = {
  table: subnetTable,
  definition: subnetDefinition,
  policy: { get: 'reader', create: 'parent-owner', update: 'owner-or-parent-owner', delete: 'owner-or-parent-owner' },
  visibleTo: (projectId) => ({
    kind: 'any',
    of: [
      { kind: 'in', column: 'project_id', values: [projectId] },
      { kind: 'related', column: 'network_id', table: networkTable, where: ownedOrShared(projectId) },
    ],
  }),
  // A subnet gives addresses to the ports that are there.
  maxBulkItems: 100,
  create: async (input, reader, context) => decideCreate(input, await readCreateWorld(reader, input, context), context),
  // A subnet has given addresses to all ports of its network, and takes them back.
  update: async (subnet, input, { unscoped }, context) =>
    decideUpdate(subnet, input, await readUpdateWorld(unscoped, subnet, input), context),
  remove: async (subnet, { unscoped }, context) =>
    decideDelete(subnet, await readDeleteWorld(unscoped, subnet), context),
};
