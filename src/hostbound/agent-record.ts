import { newUuid, ok } from '../base/index.ts';
import type { Hello } from '../feed/index.ts';
import { decideHeartbeat, defaultSettings, type ProjectId, type Reader } from '../resources/index.ts';
import type { Store } from '../store/index.ts';

/** What the agents API shows as `agent_type`. */
export const agentType = 'Sextant first-hop agent';

export interface HeartbeatRecord {
  readonly hello: Hello;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly isStart: boolean;
}

/** Writes an agent's sign of life into the agents' collection; the first makes the entry. */
export async function recordHeartbeat(store: Store, { hello, at, isStart }: HeartbeatRecord): Promise<void> {
  await store.write(async (unit) => {
    const agent = await findAgent(unit, hello.host);
    const heartbeat = {
      host: hello.host,
      agentType,
      binary: 'sextant-agent',
      topic: 'N/A',
      configurations: { ...hello.configuration, version: hello.agentVersion },
      isStart,
    };
    const { changes, dirty } = decideHeartbeat(agent, heartbeat, {
      projectId: '' as ProjectId,
      now: `${new Date(at).toISOString().slice(0, 19)}Z`,
      settings: defaultSettings,
      newId: newUuid,
      random: () => 0n,
    });
    await unit.apply(changes, dirty);
    return ok(undefined);
  });
}

async function findAgent(reader: Reader, host: string) {
  const agents = await reader.list('agent', { where: { kind: 'in', column: 'host', values: [host] } });
  return agents.find((agent) => agent.agentType === agentType);
}
