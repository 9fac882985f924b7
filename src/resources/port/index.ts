import type { Resource } from '../../kit/index.ts';
import { networkTable } from '../network/network.ts';
import { needsDefaultGroup } from '../security-group/default-group.ts';
import { type Port, type PortInput, portAspects, portDefinition, portTable } from './port.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';

/** Serves `/v2.0/ports`. A project sees its own ports and all ports on networks that it owns. */
export const portResource: Resource<Port, PortInput> = {
  table: portTable,
  definition: portDefinition,
  extensions: portAspects.extensions,
  policy: { get: 'reader', create: 'member', update: 'owner', delete: 'owner-or-parent-owner' },
  visibleTo: (projectId) => {
    const owned = { kind: 'in', column: 'project_id', values: [projectId] } as const;
    return { kind: 'any', of: [owned, { kind: 'related', column: 'network_id', table: networkTable, where: owned }] };
  },
  prerequisite: needsDefaultGroup('create'),
  async create(input, reader, context) {
    const world = await portAspects.read({ before: undefined, input }, reader, context);
    return decideCreate(input, world, context);
  },
  async update(port, input, reader, context) {
    return decideUpdate(port, input, await portAspects.read({ before: port, input }, reader, context), context);
  },
  remove: async (port) => decideDelete(port),
};
