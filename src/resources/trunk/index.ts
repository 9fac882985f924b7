import { err, ok, type Result } from '../../base/index.ts';
import type { Action, Decision, Problem, Resource, RuleContext, ScopedReader } from '../../kit/index.ts';
import { portTable } from '../port/port.ts';
import { decideAdd, decideCreate, decideDelete, decideRemove, decideUpdate } from './rules.ts';
import { type SubPortRequest, subPortList, subPortsBody } from './sub-port.ts';
import { type Trunk, type TrunkInput, trunkDefinition, trunkTable } from './trunk.ts';
import { readTrunkWorld } from './world.ts';

/** Serves `/v2.0/trunks`, and the actions on their sub-ports. */
export const trunkResource: Resource<Trunk, TrunkInput> = {
  table: trunkTable,
  definition: trunkDefinition,
  extensions: [
    {
      alias: 'trunk',
      name: 'Trunk Extension',
      description: 'Provides support for trunk ports',
      updated: '2016-01-01T10:00:00-00:00',
    },
    {
      alias: 'trunk-details',
      name: 'Trunk port details',
      description: 'Expose trunk port details',
      updated: '2016-01-01T10:00:00-00:00',
    },
  ],
  policy: {
    get: 'reader',
    create: 'member',
    update: 'owner',
    delete: 'owner',
    get_subports: 'reader',
    add_subports: 'owner',
    remove_subports: 'owner',
  },
  visibleTo: (projectId) => ({ kind: 'in', column: 'project_id', values: [projectId] }),
  create: async (input, reader, context) =>
    decideCreate(input, await readTrunkWorld(reader, input.portId, input.subPorts), context),
  update: async (trunk, input, _reader, context) => decideUpdate(trunk, input, context),
  // An administrator may have made it of a port that its owner does not see.
  remove: async (trunk, { unscoped }, context) =>
    decideDelete(trunk, await unscoped.find(portTable, trunk.portId), context),
  actions: {
    get_subports: {
      method: 'GET',
      schema: {},
      answer: { type: 'object', properties: { sub_ports: subPortList.schema }, required: ['sub_ports'] },
      run: async ({ subPorts }) => ok({ changes: [], dirty: [], answer: { sub_ports: subPortList.show(subPorts) } }),
    },
    add_subports: subPortsAction(async (trunk, requests, reader, context) =>
      decideAdd(trunk, requests, await readTrunkWorld(reader, trunk.portId, requests), context),
    ),
    remove_subports: subPortsAction(async (trunk, requests, _reader, context) =>
      decideRemove(trunk, requests, context),
    ),
  },
};

type Decide = (
  trunk: Trunk,
  requests: readonly SubPortRequest[],
  reader: ScopedReader,
  context: RuleContext,
) => Promise<Result<Decision<Trunk>, Problem>>;

/** Answers with the trunk itself, in no envelope (neutron extensions/trunk.py). */
function subPortsAction(decide: Decide): Action<Trunk> {
  return {
    schema: subPortsBody.schema,
    isBare: true,
    async run(trunk, body, reader, context) {
      const parsed = subPortsBody.parse(body);
      return parsed.ok ? await decide(trunk, parsed.value.sub_ports, reader, context) : err(parsed.error);
    },
  };
}
