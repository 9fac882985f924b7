import type { Resource } from '../resource.ts';
import { type NetworkInput, networkDefinition } from './definition.ts';
import type { Network } from './network.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { networkTable } from './table.ts';
import { readCreateWorld, readDeleteWorld, readSubnetIds, readUpdateWorld } from './world.ts';

export const networkResource: Resource<Network, NetworkInput> = {
  table: networkTable,
  definition: networkDefinition,
  visibleTo: (projectId) => ({
    kind: 'any',
    of: [
      { kind: 'in', column: 'project_id', values: [projectId] },
      { kind: 'in', column: 'shared', values: [1] },
    ],
  }),
  create: async (input, reader, context) => decideCreate(input, await readCreateWorld(reader, context), context),
  update: async (network, input, reader, context) =>
    decideUpdate(network, input, await readUpdateWorld(reader, network, input), context),
  remove: async (network, reader) => decideDelete(network, await readDeleteWorld(reader, network)),
  related: (networks, reader) => readSubnetIds(networks, reader),
};
