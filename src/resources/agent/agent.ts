import type { Viewer } from '../../kit/index.ts';
import type { AgentId } from '../ids.ts';

/** A first-hop agent of one host, as its heartbeats describe it (neutron-lib api/definitions/agent.py). */
export interface Agent {
  readonly id: AgentId;
  readonly host: string;
  readonly agentType: string;
  readonly binary: string;
  readonly topic: string;
  /** False: an administrator took it out of service. */
  readonly adminStateUp: boolean;
  readonly description: string;
  readonly configurations: Readonly<Record<string, unknown>>;
  /** ISO 8601 in UTC, whole seconds. `alive` follows from `heartbeatAt` and the time of asking. */
  readonly createdAt: string;
  readonly startedAt: string;
  readonly heartbeatAt: string;
  readonly revision: number;
}

/** The `agent_type` of the agents that wire guests. */
export const firstHopAgentType = 'Sextant first-hop agent';

/** The scope of the claims of agents of one type on their hosts. */
export function hostScope(agentType: string): string {
  return `agent:${agentType}`;
}

/** Whether it was heard of lately. */
export function isAlive(
  { heartbeatAt }: Pick<Agent, 'heartbeatAt'>,
  viewer: Pick<Viewer, 'now' | 'settings'>,
): boolean {
  return Date.parse(heartbeatAt) > lastSilence(viewer);
}

/** Agents whose last heartbeat is older are not alive. Milliseconds since the epoch. */
export function lastSilence({ now, settings }: Pick<Viewer, 'now' | 'settings'>): number {
  return now - settings.agentDownSeconds * 1000;
}
