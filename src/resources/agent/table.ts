import { flag, fromFlag, integer, jsonObject, jsonText, type Table, text } from '../../kit/index.ts';
import type { AgentId } from '../ids.ts';
import { type Agent, hostScope } from './agent.ts';

/** How agents are stored: their description of themselves as JSON text, and the times of start and last heartbeat. */
export const agentTable: Table<Agent> = {
  name: 'agents',
  columns: {
    id: { kind: 'text' },
    host: { kind: 'text' },
    agent_type: { kind: 'text' },
    binary_name: { kind: 'text' },
    topic: { kind: 'text' },
    admin_state_up: { kind: 'integer' },
    description: { kind: 'text' },
    configurations: { kind: 'text' },
    created_at: { kind: 'text' },
    started_at: { kind: 'text' },
    heartbeat_at: { kind: 'text' },
    revision: { kind: 'integer' },
  },
  toRow: (agent) => ({
    id: agent.id,
    host: agent.host,
    agent_type: agent.agentType,
    binary_name: agent.binary,
    topic: agent.topic,
    admin_state_up: fromFlag(agent.adminStateUp),
    description: agent.description,
    configurations: jsonText(agent.configurations),
    created_at: agent.createdAt,
    started_at: agent.startedAt,
    heartbeat_at: agent.heartbeatAt,
    revision: agent.revision,
  }),
  fromRow: (row) => ({
    id: text(row, 'id') as AgentId,
    host: text(row, 'host'),
    agentType: text(row, 'agent_type'),
    binary: text(row, 'binary_name'),
    topic: text(row, 'topic'),
    adminStateUp: flag(row, 'admin_state_up'),
    description: text(row, 'description'),
    configurations: jsonObject(row, 'configurations'),
    createdAt: text(row, 'created_at'),
    startedAt: text(row, 'started_at'),
    heartbeatAt: text(row, 'heartbeat_at'),
    revision: integer(row, 'revision'),
  }),
  claims: (agent) => [{ scope: hostScope(agent.agentType), value: agent.host }],
};
