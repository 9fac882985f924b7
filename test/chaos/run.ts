/**
 * Kills the parts of a whole cloud under load, by a schedule that follows from a seed, and checks that nothing answered was
 * lost. `./sextant test chaos --seed N --kills N --database sqlite|postgres --directory DIR`; without a seed, a new one.
 */
import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type ChaosOptions, runChaos } from './chaos.ts';

const options = readOptions();
const told: string[] = [];
const again = `npm run test:chaos -- --seed ${options.seed} --kills ${options.kills} --database ${options.database}`;
process.stdout.write(`● ${again}\n`);
const { violations, answered, resources } = await runChaos({
  ...options,
  tell(text) {
    told.push(text);
    process.stdout.write(`${text}\n`);
  },
});
const { known, inDoubt } = resources;
process.stdout.write(`${answered} changes answered, ${known} resources, ${inDoubt} of them in doubt\n`);
for (const violation of violations) process.stdout.write(`✘ ${violation}\n`);
process.stdout.write(
  violations.length === 0 ? '✔ nothing was lost\n' : `✘ ${violations.length} violations; again: ${again}\n`,
);
process.exit(violations.length === 0 ? 0 : 1);

function readOptions(): Omit<ChaosOptions, 'tell'> {
  const { seed, kills, database, directory } = readArguments();
  if (database !== 'sqlite' && database !== 'postgres') refuse(`--database is sqlite or postgres, not ${database}`);
  return {
    seed: seed === undefined ? randomInt(2 ** 31) : integer('seed', seed),
    kills: integer('kills', kills),
    database,
    directory: directory === undefined ? undefined : resolve(directory),
  };
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        seed: { type: 'string' },
        kills: { type: 'string', default: '40' },
        database: { type: 'string', default: 'sqlite' },
        directory: { type: 'string' },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function integer(name: string, text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : refuse(`--${name} takes a whole number, not ${text}`);
}

function refuse(message: string): never {
  process.stderr.write(`sextant test chaos: ${message}\n`);
  process.exit(2);
}
