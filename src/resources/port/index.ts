import type { Resource } from '../../kit/index.ts';
import { networkTable } from '../network/table.ts';
import { needsDefaultGroup } from '../security-group/default-group.ts';
import { type PortInput, portDefinition } from './definition.ts';
import type { Port } from './port.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { portTable } from './table.ts';
import { readCreateWorld, readUpdateWorld } from './world.ts';

export const portResource: Resource<Port, PortInput> = {
  table: portTable,
  definition: portDefinition,
  policy: { get: 'reader', create: 'member', update: 'owner-or-parent-owner', delete: 'owner-or-parent-owner' },
  visibleTo: (projectId) => {
    const owned = { kind: 'in', column: 'project_id', values: [projectId] } as const;
    return { kind: 'any', of: [owned, { kind: 'related', column: 'network_id', table: networkTable, where: owned }] };
  },
  prerequisite: needsDefaultGroup('create'),
  create: async (input, reader, context) => decideCreate(input, await readCreateWorld(reader, input, context), context),
  update: async (port, input, reader, context) =>
    decideUpdate(port, input, await readUpdateWorld(reader, port, input, context), context),
  remove: async (port) => decideDelete(port),
};
