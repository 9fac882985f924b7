import { err, ok, type Result } from '../base/index.ts';
import { readConfigFile } from './file.ts';
import { renderHelp } from './help.ts';
import type { Option } from './option.ts';
import { allOptions, type Groups, type GroupValues, type Program } from './program.ts';
import { type Given, joinWords, splitWords } from './words.ts';

/** Why there are no options: an invalid one, or a request for help. */
export type OptionsProblem =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'invalid'; readonly message: string };

/** Reads the command line, and the configuration file that it names. Each problem is a sentence that names the option. */
export async function readOptions<G extends Groups>(
  program: Program<G>,
  words: readonly string[],
): Promise<Result<GroupValues<G>, OptionsProblem>> {
  const given = await readGiven(program, words);
  return given.ok ? evaluate(program, given.value) : given;
}

/**
 * Writes a command line that names a configuration file as one without: what the file says becomes words, for a process
 * that is to live without the parser of YAML.
 */
export async function expandFile(
  program: Program,
  words: readonly string[],
): Promise<Result<readonly string[], OptionsProblem>> {
  const given = await readGiven(program, words);
  return given.ok ? ok(joinWords(allOptions(program), given.value)) : given;
}

async function readGiven(program: Program, words: readonly string[]): Promise<Result<Given, OptionsProblem>> {
  const options = allOptions(program);
  const given = splitWords(options, words);
  if (!given.ok) return invalid(given.error);
  if (given.value.has('help')) return err({ kind: 'help', text: renderHelp(program) });
  const path = given.value.get('config')?.at(-1);
  if (path === undefined) return given;
  const file = await readConfigFile(options, path);
  if (!file.ok) return invalid(file.error);
  const merged = new Map([...file.value, ...given.value]);
  merged.delete('config');
  return ok(merged);
}

function evaluate<G extends Groups>(program: Program<G>, given: Given): Result<GroupValues<G>, OptionsProblem> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const [groupKey, { options }] of Object.entries(program.groups)) {
    const group: Record<string, unknown> = {};
    values[groupKey] = group;
    for (const [key, option] of Object.entries(options)) {
      const value = readOne(option, given.get(option.name) ?? []);
      if (!value.ok) return invalid(value.error);
      group[key] = value.value;
    }
  }
  const typed = values as GroupValues<G>;
  const broken = program.rules.find((rule) => !rule.holds(typed));
  return broken ? invalid(explain(program, broken.says, given)) : ok(typed);
}

function readOne(option: Option<unknown>, texts: readonly string[]): Result<unknown, string> {
  const { name, kind, isRequired } = option;
  if (isRequired && texts.length === 0) return err(`--${name} is needed: ${kind?.accepts}`);
  const value = option.read(texts);
  return value.ok ? value : err(`--${name}: ${value.error}`);
}

/** A rule with the values of the options that it names, as one of them may be a default. */
function explain(program: Program, says: string, given: Given): string {
  const options = allOptions(program);
  const found = [...says.matchAll(/--([a-z0-9-]+)/g)].map(([, name = '']) => {
    const texts = given.get(name) ?? options.get(name)?.defaults ?? [];
    return texts.length === 0 ? `no --${name}` : `--${name} ${texts.join(',')}`;
  });
  return `${says}; there is ${[...new Set(found)].join(', ')}`;
}

function invalid(message: string): Result<never, OptionsProblem> {
  return err({ kind: 'invalid', message });
}
