import { ok, type Result } from '../../base/index.ts';
import { type Decision, deleteRow, insertRow, type Problem, type RuleContext, updateRow } from '../../kit/index.ts';
import type { AgentId } from '../ids.ts';
import type { Agent } from './agent.ts';
import type { AgentInput } from './definition.ts';
import { agentTable } from './table.ts';

type Outcome = Result<Decision<Agent>, Problem>;

/** An agent's description of itself. */
export interface Heartbeat {
  readonly host: string;
  readonly agentType: string;
  readonly binary: string;
  readonly topic: string;
  readonly configurations: Readonly<Record<string, unknown>>;
  /** Whether it has just started. */
  readonly isStart: boolean;
}

/** Takes an agent's heartbeat: the first one of a host makes the agent. Nothing becomes dirty by it. */
export function decideHeartbeat(
  agent: Agent | undefined,
  heartbeat: Heartbeat,
  context: Pick<RuleContext, 'now' | 'newId'>,
): Decision<Agent> {
  const { isStart, ...described } = heartbeat;
  const now = context.now;
  if (!agent) {
    const entity: Agent = {
      ...described,
      id: context.newId() as AgentId,
      adminStateUp: true,
      description: '',
      createdAt: now,
      startedAt: now,
      heartbeatAt: now,
      revision: 1,
    };
    return { entity, changes: [insertRow(agentTable, entity)], dirty: [] };
  }
  const startedAt = isStart ? now : agent.startedAt;
  const entity = { ...agent, ...described, startedAt, heartbeatAt: now, revision: agent.revision + 1 };
  return { entity, changes: [updateRow(agentTable, entity)], dirty: [] };
}

/** Changes what an administrator may set on an agent. No key becomes dirty: forwarding does not depend on it. */
export function decideUpdate(agent: Agent, input: Partial<AgentInput>): Outcome {
  const entity = { ...agent, ...input, revision: agent.revision + 1 };
  return ok({ entity, changes: [updateRow(agentTable, entity)], dirty: [] });
}

/** An agent that is alive comes back with its next heartbeat. */
export function decideDelete(agent: Agent): Outcome {
  return ok({ entity: agent, changes: [deleteRow(agentTable, agent.id)], dirty: [] });
}
