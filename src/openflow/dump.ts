import { ok, type Result } from '../base/index.ts';
import { type OfctlProblem, runOfctl } from './ofctl.ts';

/** A flow as the switch has it. */
export interface InstalledFlow {
  readonly table: number;
  readonly cookie: bigint;
  readonly priority: number;
  readonly packets: number;
  /** The match alone, in the switch's own letters: `in_port=3`, `icmp6`, ... with their values after `=`. */
  readonly match: ReadonlyMap<string, string>;
  readonly actions: string;
}

/**
 * Reads the flows of a bridge, one after the other, so that a hundred ports' flows never stand in memory at once.
 * Groups, meters and hidden flows are left out. With a match, in the words of ovs-ofctl(8), only the flows that it covers.
 */
export async function visitFlows(
  target: string,
  visit: (flow: InstalledFlow) => void,
  match?: string,
): Promise<Result<void, OfctlProblem>> {
  const onLine = (line: string) => {
    const flow = parseFlow(line);
    if (flow) visit(flow);
  };
  const operands = match === undefined ? [] : [match];
  const dump = await runOfctl({ command: 'dump-flows', options: ['--no-names'], target, operands, onLine });
  return dump.ok ? ok(undefined) : dump;
}

/** How many packets each meter of a bridge has dropped, by its id. */
export async function readMeterDrops(target: string): Promise<Result<ReadonlyMap<number, number>, OfctlProblem>> {
  const stats = await runOfctl({ command: 'meter-stats', target });
  if (!stats.ok) return stats;
  const drops = stats.value.matchAll(/meter:(\d+) [^:]*:[^:]*:[^:]*:[^:]*\s0: packet_count:(\d+)/g);
  return ok(new Map([...drops].map(([, meter, packets]) => [Number(meter), Number(packets)])));
}

/** All flows of a bridge at once. */
export async function dumpFlows(target: string): Promise<Result<readonly InstalledFlow[], OfctlProblem>> {
  const flows: InstalledFlow[] = [];
  const visited = await visitFlows(target, (flow) => flows.push(flow));
  return visited.ok ? ok(flows) : visited;
}

const statistics = new Set(['cookie', 'duration', 'table', 'n_packets', 'n_bytes', 'idle_age', 'hard_age', 'priority']);

/** Parses a line that `ovs-ofctl dump-flows` prints; undefined when it is no flow. */
export function parseFlow(text: string): InstalledFlow | undefined {
  const line = text.trim();
  const at = line.indexOf(' actions=');
  if (at < 0 || !line.startsWith('cookie=')) return undefined;
  const fields = line
    .slice(0, at)
    .split(/[, ]+/)
    .filter(Boolean)
    .map((field): [string, string] => {
      const equals = field.indexOf('=');
      return equals < 0 ? [field, ''] : [field.slice(0, equals), field.slice(equals + 1)];
    });
  const value = new Map(fields);
  return {
    table: Number(value.get('table') ?? 0),
    cookie: BigInt(value.get('cookie') ?? 0),
    priority: Number(value.get('priority') ?? 32768),
    packets: Number(value.get('n_packets') ?? 0),
    match: new Map(fields.filter(([name]) => !statistics.has(name) && !name.endsWith('_timeout'))),
    actions: line.slice(at + ' actions='.length),
  };
}
