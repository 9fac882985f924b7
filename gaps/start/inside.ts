import { once } from 'node:events';
import { runGapAnalysis } from '../index.ts';
import { controllerEndpoint, openLab, startSextant } from '../lab/index.ts';
import { serveControl, tableOf } from './control.ts';
import { createGapRuns, type GapRuns, reportDirectoryOf } from './gap-runs.ts';
import { controlSocket, type InsideMessage, type OutsideMessage, type StartOptions } from './protocol.ts';

/** The half that runs as the lab: hosts, guests, agents and the gap analysis. It ends when the outside goes away. */
export async function runInside(): Promise<void> {
  process.once('disconnect', () => process.exit(0));
  try {
    const { options, initPid } = await receive('open');
    const lab = await openLab({
      name: 'lab',
      hosts: options.hosts,
      underlay: options.underlay,
      directory: options.stateDirectory,
    });
    tell({ kind: 'lab', northbound: lab.central.northbound, southbound: lab.central.southbound });
    await receive('controller');
    const endpoint = controllerEndpoint(options.stateDirectory);
    await startSextant(lab, { controller: endpoint });
    const gapRuns = createGapRuns(({ rows, ...run }) =>
      runGapAnalysis({
        ...{ lab, endpoint, ...run },
        reportDirectory: reportDirectoryOf({ rows, reportDirectory: options.reportDirectory }),
        ...(rows && { only: rows }),
      }),
    );
    await serveControl({
      lab,
      gapRuns,
      socketPath: controlSocket(options.stateDirectory),
      outside: { endpoint: `http://127.0.0.1:${options.port}`, initPid },
    });
    tell({ kind: 'agents' });
    await judge(gapRuns, options);
    tell({ kind: 'judged' });
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

async function judge(gapRuns: GapRuns, { rows }: StartOptions): Promise<void> {
  if (rows?.length === 0) return;
  const report = await gapRuns.run({ rows });
  process.stdout.write(`\n${tableOf(report, process.stdout.isTTY ? process.stdout.columns : undefined)}`);
}

function tell(message: InsideMessage): void {
  process.send?.(message);
}

async function receive<Kind extends OutsideMessage['kind']>(
  kind: Kind,
): Promise<Extract<OutsideMessage, { kind: Kind }>> {
  for (;;) {
    const [message] = (await once(process, 'message')) as [OutsideMessage];
    if (message.kind === kind) return message as Extract<OutsideMessage, { kind: Kind }>;
  }
}
