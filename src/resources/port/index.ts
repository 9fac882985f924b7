import type { Resource } from '../resource.ts';
import { type PortInput, portDefinition } from './definition.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { readCreateWorld, readUpdateWorld } from './world.ts';

export const portResource: Resource<'port', PortInput> = {
  kind: 'port',
  definition: portDefinition,
  networkOf: ({ networkId }) => networkId,
  visibleTo: (projectId) => {
    const owned = { kind: 'in', column: 'project_id', values: [projectId] } as const;
    return { kind: 'any', of: [owned, { kind: 'related', column: 'network_id', resource: 'network', where: owned }] };
  },
  create: async (input, reader, context) => decideCreate(input, await readCreateWorld(reader, input, context), context),
  update: async (port, input, reader, context) =>
    decideUpdate(port, input, await readUpdateWorld(reader, port, input, context), context),
  remove: async (port) => decideDelete(port),
};
