/**
 * Measures, and prints one line of JSON for each figure. Options: `--only figure,figure`; `--endpoint URL [--token T]`
 * aims the figures of the API at any Networking API, so that peers are measured alike. Progress goes to standard error.
 */
import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';
import { figures } from './figures.ts';
import { rounded } from './statistics.ts';
import { createWorkplace } from './workplace.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    endpoint: { type: 'string' },
    token: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write('bench [--only figure,...] [--endpoint URL [--token T]] [--list]\n');
} else if (values.list) {
  for (const { name, unit } of figures) process.stdout.write(`${name} ${unit}\n`);
} else {
  process.exitCode = (await runAll(chosen())) ? 0 : 1;
}

/** Figures that need our own lab are left out where somebody else's API is measured. */
function chosen(): readonly Figure[] {
  const names = values.only?.split(',') ?? figures.map(({ name }) => name);
  const unknown = names.filter((name) => !figures.some((figure) => figure.name === name));
  if (unknown.length > 0) throw new Error(`no such figure: ${unknown.join(', ')}`);
  return figures.filter(
    ({ name, scope }) => names.includes(name) && (values.endpoint === undefined || scope === 'api'),
  );
}

/** A figure that can't be measured is said so and does not keep the others from being measured. */
async function runAll(wanted: readonly Figure[]): Promise<boolean> {
  let isComplete = true;
  let current = '';
  const say = (text: string) => process.stderr.write(`${current}: ${text}\n`);
  const workplace = createWorkplace({ endpoint: values.endpoint, token: values.token, progress: say });
  for (const { name, unit, measure } of wanted) {
    current = name;
    say('measuring');
    try {
      const value = rounded(await measure(workplace));
      process.stdout.write(`${JSON.stringify({ figure: name, value, unit })}\n`);
    } catch (error) {
      isComplete = false;
      say(`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  await workplace.close();
  return isComplete;
}
