import { err } from '../../base/index.ts';
import type { Resource } from '../../kit/index.ts';
import { networkTable } from '../network/network.ts';
import { needsDefaultGroup } from '../security-group/default-group.ts';
import { refuseDeletion } from '../trunk/rules.ts';
import { findTrunkOf } from '../trunk/world.ts';
import { type Port, type PortInput, portAspects, portDefinition, portTable } from './port.ts';
import { decideCreate, decideDelete, decideUpdate } from './rules.ts';
import { trunkDetails } from './trunk-details.ts';
import { readPortWorld } from './world.ts';

/** Serves `/v2.0/ports`. A project sees its own ports and all ports on networks that it owns. */
export const portResource: Resource<Port, PortInput> = {
  table: portTable,
  definition: { ...portDefinition, attributes: [...portDefinition.attributes, trunkDetails] },
  extensions: portAspects.extensions,
  policy: { get: 'reader', create: 'member', update: 'owner', delete: 'owner-or-parent-owner' },
  visibleTo: (projectId) => {
    const owned = { kind: 'in', column: 'project_id', values: [projectId] } as const;
    return { kind: 'any', of: [owned, { kind: 'related', column: 'network_id', table: networkTable, where: owned }] };
  },
  prerequisite: needsDefaultGroup('create'),
  create: async (input, reader, context) =>
    decideCreate(input, await readPortWorld({ before: undefined, input }, reader, context), context),
  update: async (port, input, reader, context) =>
    decideUpdate(port, input, await readPortWorld({ before: port, input }, reader, context), context),
  async remove(port, { unscoped }) {
    const trunk = await findTrunkOf(unscoped, port.id);
    return trunk ? err(refuseDeletion(port, trunk)) : decideDelete(port);
  },
};
