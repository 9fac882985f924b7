/**
 * Measures, and prints one line of JSON for each figure. Options: `--only figure,figure`; `--endpoint URL [--token T]`
 * aims the figures of the API at any Networking API, so that peers are measured alike. Progress goes to standard error.
 */
import { parseArgs } from 'node:util';
import { parseEndpoint } from '../src/client/index.ts';
import type { Figure } from './figure.ts';
import { figures } from './figures.ts';
import { rounded } from './statistics.ts';
import { createWorkplace, type Workplace } from './workplace.ts';

const values = readArguments();
if (values.help) {
  process.stdout.write('bench [--only figure,...] [--endpoint URL [--token T]] [--list]\n');
} else if (values.list) {
  for (const { name, unit } of figures) process.stdout.write(`${name} ${unit}\n`);
} else {
  process.exit(await runAll(chooseFigures()));
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        endpoint: { type: 'string' },
        token: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Figures that need our own lab are left out where somebody else's API is measured, and refused when named. */
function chooseFigures(): readonly Figure[] {
  const { endpoint } = values;
  if (endpoint !== undefined && !parseEndpoint(endpoint)) {
    refuse(`--endpoint takes http://host:port or unix:/path, not ${endpoint}`);
  }
  const possible = endpoint === undefined ? figures : figures.filter(({ scope }) => scope === 'api');
  const names = values.only?.split(',') ?? possible.map(({ name }) => name);
  const unknown = names.filter((name) => !possible.some((figure) => figure.name === name));
  if (unknown.length > 0) refuse(`no such figure${endpoint === undefined ? '' : ' of an API'}: ${unknown.join(', ')}`);
  return possible.filter(({ name }) => names.includes(name));
}

/** Answers the exit status. Whatever ends the run, all that was made is taken away. */
async function runAll(wanted: readonly Figure[]): Promise<number> {
  const { endpoint, token } = values;
  const signal = stopSignal();
  let current = 'bench';
  const progress = (text: string) => process.stderr.write(`${current}: ${text}\n`);
  const workplace = createWorkplace({ endpoint, token, signal, progress });
  let status = 0;
  for (const figure of wanted) {
    if (signal.aborted) break;
    current = figure.name;
    if (!(await measured(figure, workplace, signal))) status = 1;
  }
  current = 'bench';
  if (signal.aborted) progress('stopped; taking away what was made');
  await workplace.close().catch((error: unknown) => {
    status = 1;
    progress(`not all of it could be taken away: ${describe(error)}`);
  });
  return signal.aborted ? 130 : status;
}

/** A figure that can't be measured is said so and does not keep the others from being measured. */
async function measured({ name, unit, measure }: Figure, bench: Workplace, signal: AbortSignal): Promise<boolean> {
  bench.progress('measuring');
  try {
    const value = rounded(await Promise.race([measure(bench), aborted(signal)]));
    process.stdout.write(`${JSON.stringify({ figure: name, value, unit })}\n`);
    return true;
  } catch (error) {
    if (!signal.aborted) bench.progress(`failed: ${describe(error)}`);
    return false;
  }
}

/** Aborted by the first signal that asks for an end; a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const stopped = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = () => {
    for (const signal of signals) process.off(signal, stop);
    stopped.abort();
  };
  for (const signal of signals) process.on(signal, stop);
  return stopped.signal;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function refuse(message: string): never {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(2);
}
