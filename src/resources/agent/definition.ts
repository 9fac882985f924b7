import type { Result } from '../../base/index.ts';
import {
  attributeTypes,
  type Definition,
  fieldTypes,
  filterByBoolean,
  type Json,
  type Predicate,
  type Problem,
  type Viewer,
} from '../../kit/index.ts';
import { type Agent, isAlive, lastSilence } from './agent.ts';

const { boolean, text } = attributeTypes;

/** The attributes of an agent that an administrator may change; all others come with its heartbeats. */
export interface AgentInput {
  readonly adminStateUp: boolean;
  readonly description: string;
}

/** neutron-lib api/definitions/agent.py */
export const agentDefinition: Definition<Agent, AgentInput> = {
  name: 'agent',
  collection: 'agents',
  attributes: [
    { name: 'id', access: 'read-only', schema: { type: 'string', format: 'uuid' }, column: 'id', read: ({ id }) => id },
    readOnlyText('agent_type', 'agent_type', ({ agentType }) => agentType),
    readOnlyText('binary', 'binary_name', ({ binary }) => binary),
    readOnlyText('topic', 'topic', ({ topic }) => topic),
    readOnlyText('host', 'host', ({ host }) => host),
    {
      name: 'admin_state_up',
      access: 'update',
      field: 'adminStateUp',
      type: boolean,
      default: { value: true },
      column: 'admin_state_up',
      filterValue: fieldTypes.booleanFilter,
      read: ({ adminStateUp }) => adminStateUp,
    },
    {
      name: 'description',
      access: 'update',
      field: 'description',
      type: text(255),
      default: { value: '' },
      column: 'description',
      read: ({ description }) => description,
    },
    {
      name: 'alive',
      access: 'read-only',
      schema: { type: 'boolean' },
      read: isAlive,
    },
    readOnlyText('created_at', 'created_at', ({ createdAt }) => createdAt),
    readOnlyText('started_at', 'started_at', ({ startedAt }) => startedAt),
    readOnlyText('heartbeat_timestamp', 'heartbeat_at', ({ heartbeatAt }) => heartbeatAt),
    {
      name: 'configurations',
      access: 'read-only',
      schema: { type: 'object' },
      read: ({ configurations }) => configurations as Json,
    },
    { name: 'availability_zone', access: 'read-only', schema: { type: 'null' }, constant: null, read: () => null },
    { name: 'resources_synced', access: 'read-only', schema: { type: 'null' }, read: () => null },
  ],
  filters: { alive: filterAlive },
};

function filterAlive(values: readonly string[], viewer: Viewer): Result<Predicate, Problem> {
  // Rows hold whole seconds, written so that their order as text is that of the times.
  const silentSince = new Date(lastSilence(viewer)).toISOString().slice(0, 19);
  const isAlive: Predicate = { kind: 'compare', column: 'heartbeat_at', operator: '>', value: `${silentSince}Z` };
  return filterByBoolean(values, isAlive);
}

function readOnlyText(name: string, column: string, read: (agent: Agent) => string) {
  return { name, access: 'read-only', schema: { type: 'string' }, column, read } as const;
}
