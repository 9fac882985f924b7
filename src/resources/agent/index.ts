import type { Resource } from '../../kit/index.ts';
import type { Agent } from './agent.ts';
import { type AgentInput, agentDefinition } from './definition.ts';
import { decideDelete, decideUpdate } from './rules.ts';
import { agentTable } from './table.ts';

/** Serves `/v2.0/agents` to administrators: for others there are none. Agents come into being by their own heartbeats, so clients make none. */
export const agentResource: Resource<Agent, AgentInput> = {
  table: agentTable,
  definition: agentDefinition,
  policy: { get: 'reader', update: 'admin', delete: 'admin' },
  visibleTo: () => ({ kind: 'any', of: [] }),
  update: async (agent, input) => decideUpdate(agent, input),
  remove: async (agent) => decideDelete(agent),
};
