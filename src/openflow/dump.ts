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

/** Reads the flows of a bridge, of one table when it is given. Groups, meters and hidden flows are left out. */
export async function dumpFlows(
  target: string,
  filter: { readonly table?: number } = {},
): Promise<Result<readonly InstalledFlow[], OfctlProblem>> {
  const operands = filter.table === undefined ? [] : [`table=${filter.table}`];
  const dump = await runOfctl({ command: 'dump-flows', options: ['--no-names'], target, operands });
  return dump.ok ? ok(parseDump(dump.value)) : dump;
}

/** Parses what `ovs-ofctl dump-flows` prints; lines that are no flows are passed over. */
export function parseDump(text: string): readonly InstalledFlow[] {
  return text.split('\n').flatMap((line) => parseFlow(line.trim()) ?? []);
}

const statistics = new Set(['cookie', 'duration', 'table', 'n_packets', 'n_bytes', 'idle_age', 'hard_age', 'priority']);

function parseFlow(line: string): InstalledFlow | undefined {
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
