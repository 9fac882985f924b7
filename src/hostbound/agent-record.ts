import { newUuid, utcSecond } from '../base/index.ts';
import type { Hello } from '../feed/index.ts';
import { type Agent, agentTable, decideHeartbeat, firstHopAgentType } from '../resources/index.ts';
import type { UnitOfWork } from '../store/index.ts';

/** An agent's sign of life. */
export interface HeartbeatRecord {
  readonly hello: Hello;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly isStart: boolean;
}

/** Writes signs of life, one of each host, into the agents' collection; the first one of a host makes the entry. */
export async function recordHeartbeats(unit: UnitOfWork, heartbeats: readonly HeartbeatRecord[]): Promise<void> {
  const hosts = heartbeats.map(({ hello }) => hello.host);
  const agents = await unit.list(agentTable, { where: { kind: 'in', column: 'host', values: hosts } });
  const known = new Map(
    agents.filter((agent) => agent.agentType === firstHopAgentType).map((agent) => [agent.host, agent]),
  );
  const changes = heartbeats.flatMap((heartbeat) => changesBy(heartbeat, known.get(heartbeat.hello.host)));
  await unit.apply(changes, []);
}

function changesBy({ hello, at, isStart }: HeartbeatRecord, agent: Agent | undefined) {
  const heartbeat = {
    host: hello.host,
    agentType: firstHopAgentType,
    binary: 'sextant-agent',
    topic: 'N/A',
    configurations: { ...hello.configuration, version: hello.agentVersion },
    isStart,
  };
  return decideHeartbeat(agent, heartbeat, {
    now: utcSecond(at),
    newId: newUuid,
  }).changes;
}
