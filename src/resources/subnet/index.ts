import { networkTable } from '../network/table.ts';
import type { Resource } from '../resource.ts';
import { type SubnetInput, subnetDefinition } from './definition.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import type { Subnet } from './subnet.ts';
import { subnetTable } from './table.ts';
import { readCreateWorld, readDeleteWorld, readUpdateWorld } from './world.ts';

export const subnetResource: Resource<Subnet, SubnetInput> = {
  table: subnetTable,
  definition: subnetDefinition,
  networkOf: ({ networkId }) => networkId,
  visibleTo: (projectId) => ({
    kind: 'any',
    of: [
      { kind: 'in', column: 'project_id', values: [projectId] },
      {
        kind: 'related',
        column: 'network_id',
        table: networkTable,
        where: { kind: 'in', column: 'shared', values: [1] },
      },
    ],
  }),
  // A subnet gives addresses to the ports that are there.
  maxBulkItems: 100,
  create: async (input, reader, context) => decideCreate(input, await readCreateWorld(reader, input), context),
  update: async (subnet, input, reader, context) =>
    decideUpdate(subnet, input, await readUpdateWorld(reader, subnet, input), context),
  remove: async (subnet, reader, context) => decideDelete(subnet, await readDeleteWorld(reader, subnet), context),
};
