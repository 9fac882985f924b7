/**
 * Attacks honest guests of a cloud of three hosts, line by line of the list, by trains of frames whose moments follow from
 * a seed. `./sextant test attacks --seed N --trains N --lines 1,2 --conditions controller,no-controller,frozen-controller,
 * busy,restarts --longest-gap MS --directory DIR`; without a seed, a new one; without lines or conditions, all.
 */
import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type AttackOptions, type Finding, runAttacks } from './attacks.ts';
import { type Condition, conditions } from './conditions.ts';
import { describeHarm, isHarmless } from './harm.ts';
import { lines } from './lines/index.ts';

const options = readOptions();
const again = [
  `npm run test:attacks -- --seed ${options.seed} --trains ${options.trains} --longest-gap ${options.longestGap}`,
  `--lines ${options.lines.map(({ number }) => number).join(',')} --conditions ${options.conditions.join(',')}`,
].join(' ');
process.stdout.write(`● ${again}\n`);
const begin = performance.now();
const findings = await runAttacks({
  ...options,
  tell(text) {
    const seconds = ((performance.now() - begin) / 1_000).toFixed(1).padStart(6);
    process.stdout.write(`${seconds} ${text}\n`);
  },
});
for (const finding of findings) process.stdout.write(`${describe(finding)}\n`);
const harmful = findings.filter(({ harm }) => !isHarmless(harm)).length;
process.stdout.write(harmful === 0 ? '✔ nobody was harmed\n' : `✘ ${harmful} of ${findings.length}; again: ${again}\n`);
process.exit(harmful === 0 ? 0 : 1);

function describe({ condition, line, placement, trains, harm, drops }: Finding): string {
  const mark = isHarmless(harm) ? '✔' : '✘';
  const where = `${mark} ${condition}, line ${line.number} ${placement} (${line.title}), ${trains} trains`;
  return `${where}: ${describeHarm(harm)}; counted: ${drops || 'nothing'}`;
}

function readOptions(): Omit<AttackOptions, 'tell'> {
  const given = readArguments();
  return {
    seed: given.seed === undefined ? randomInt(2 ** 31) : integer('seed', given.seed),
    trains: integer('trains', given.trains),
    longestGap: integer('longest-gap', given['longest-gap']),
    lines: chosen('lines', given.lines, lines, ({ number }) => `${number}`),
    conditions: chosen<Condition>('conditions', given.conditions, conditions, String),
    directory: given.directory === undefined ? undefined : resolve(given.directory),
  };
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        seed: { type: 'string' },
        trains: { type: 'string', default: '20' },
        lines: { type: 'string' },
        conditions: { type: 'string' },
        'longest-gap': { type: 'string', default: '3000' },
        directory: { type: 'string' },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Those that are named; all when none is. Ends the process when there is none of that name. */
function chosen<T>(
  option: string,
  text: string | undefined,
  all: readonly T[],
  nameOf: (one: T) => string,
): readonly T[] {
  const names = text?.split(',') ?? all.map(nameOf);
  return names.map((name) => all.find((one) => nameOf(one) === name) ?? refuse(`--${option}: there is no ${name}`));
}

function integer(name: string, text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : refuse(`--${name} takes a whole number, not ${text}`);
}

function refuse(message: string): never {
  process.stderr.write(`sextant test attacks: ${message}\n`);
  process.exit(2);
}
