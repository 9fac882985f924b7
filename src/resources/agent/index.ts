import type { Resource } from '../resource.ts';
import { type AgentInput, agentDefinition } from './definition.ts';
import { decideDelete, decideUpdate } from './rules.ts';

export const agentResource: Resource<'agent', AgentInput> = {
  kind: 'agent',
  definition: agentDefinition,
  // Policy shows agents to administrators only; a project owns none.
  visibleTo: () => ({ kind: 'any', of: [] }),
  update: async (agent, input) => decideUpdate(agent, input),
  remove: async (agent) => decideDelete(agent),
};
