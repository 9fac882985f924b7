import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { agentMetricsSocket, type FlowCounter, type Host, type Lab } from '../../gaps/lab/index.ts';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import type { Port } from '../../src/client/index.ts';
import { dropReason } from '../../src/firsthop/index.ts';

/** Packets that a host has dropped of one port, by reason. */
export type Drops = ReadonlyMap<string, number>;

/**
 * Reads the counters of one port: those of the switch, which are there at once, and of other reasons what the port's agent
 * has counted itself, or has read of meters, some seconds ago.
 */
export async function readDrops(lab: Lab, host: Host, port: Port): Promise<Drops> {
  const [bySwitch, byAgent] = await Promise.all([readSwitchDrops(host, port), readAgent(lab, host, port)]);
  return new Map([...byAgent, ...bySwitch]);
}

/** What flows of the switch have dropped of one port: of packets that it does not show its agent, at once. */
export async function readSwitchDrops(host: Host, { id }: Port): Promise<Drops> {
  const drops = new Map<string, number>();
  for (const { table, match, packets, actions } of await readFlows(host)) {
    const fields = new Map(match.split(',').map((field) => field.split('=') as [string, string]));
    if (actions !== 'drop' || fields.get('in_port')?.replaceAll('"', '') !== `tap${id.slice(0, 11)}`) continue;
    const reason = dropReason({ table, match: fields }) ?? 'first packets';
    drops.set(reason, (drops.get(reason) ?? 0) + packets);
  }
  return drops;
}

/** Nothing while the agent is down. */
async function readAgent({ directory }: Lab, { name }: Host, { id }: Port): Promise<Drops> {
  const socketPath = agentMetricsSocket(directory, name);
  const metrics = await fetchText(socketPath, '/metrics').catch(() => '');
  const samples = metrics.matchAll(/^sextant_agent_drops_total\{port="([^"]*)",reason="([^"]*)"\} (\d+)$/gm);
  return new Map(
    [...samples].flatMap(([, port, reason = '', packets]) => (port === id ? [[reason, Number(packets)]] : [])),
  );
}

async function fetchText(socketPath: string, path: string): Promise<string> {
  const asked = get({ socketPath, path });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return text(response);
}

/** The switch may be starting again, or have too much to do to answer at once. */
function readFlows(host: Host): Promise<readonly FlowCounter[]> {
  return waitFor(`the flows of ${host.name}`, () => host.flows('br-hop').catch(() => undefined), {
    within: milliseconds(20_000),
    every: milliseconds(200),
  });
}

/** Packets in all. */
export function countAll(drops: Drops): number {
  return [...drops.values()].reduce((sum, packets) => sum + packets, 0);
}

/** As `nd-target 12, wrong-source-ipv6 30`, those since an earlier reading. */
export function describeDrops(drops: Drops, earlier: Drops): string {
  const since = [...drops].map(([reason, packets]) => [reason, packets - (earlier.get(reason) ?? 0)] as const);
  return since
    .filter(([, packets]) => packets > 0)
    .map(([reason, packets]) => `${reason} ${packets}`)
    .join(', ');
}
