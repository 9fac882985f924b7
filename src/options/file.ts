import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from '../base/index.ts';
import { commonOptions } from './common.ts';
import type { Kind } from './kind.ts';
import type { Option } from './option.ts';
import type { Given } from './words.ts';

/** Reads a configuration file. The error is a sentence that names the file, the key and what is accepted. */
export async function readConfigFile(
  options: ReadonlyMap<string, Option<unknown>>,
  path: string,
): Promise<Result<Given, string>> {
  const entries = await readEntries(path);
  if (!entries.ok) return err(`${path} ${entries.error}`);
  const given = new Map<string, readonly string[]>();
  for (const [key, value] of entries.value) {
    const texts = readEntry(options, key, value);
    if (!texts.ok) return err(`${path}: ${texts.error}`);
    given.set(String(key), texts.value);
  }
  return ok(given);
}

/** Flags are for one start: a file would repeat them at each. */
export function isForFiles(option: Option<unknown>): boolean {
  return option.kind !== undefined && option !== commonOptions.config;
}

/** A file in which everything is commented out is an empty one. */
async function readEntries(path: string): Promise<Result<ReadonlyMap<unknown, unknown>, string>> {
  const text = await readFile(path, 'utf8').catch((error: Error) => error);
  if (text instanceof Error) return err(`can't be read: ${text.message}`);
  const { parse } = await import('yaml'); // only now: it takes 15 MB, and most agents have no such file
  try {
    const content: unknown = parse(text, { mapAsMap: true, logLevel: 'error' }) ?? new Map();
    return content instanceof Map ? ok(content) : err('is not a map of options, such as "log-level: info"');
  } catch (error) {
    return err(`is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The texts of one entry, each of which its option accepts. */
function readEntry(
  options: ReadonlyMap<string, Option<unknown>>,
  key: unknown,
  value: unknown,
): Result<readonly string[], string> {
  const option = options.get(String(key));
  if (!option?.kind || !isForFiles(option)) return err(refuseKey(options, key));
  const texts: string[] = [];
  for (const item of option.isList && Array.isArray(value) ? value : [value]) {
    const text = textOf(option.kind, item);
    if (text === undefined)
      return err(`${key}: ${shown(item)} is not ${option.kind.accepts}, ${form[option.kind.yaml]}`);
    texts.push(text);
  }
  const read = option.read(texts);
  return read.ok ? ok(texts) : err(`${key}: ${read.error}`);
}

function refuseKey(options: ReadonlyMap<string, Option<unknown>>, key: unknown): string {
  const known = [...options.values()].filter(isForFiles).map(({ name }) => name);
  return `${key} is no option of a configuration file; these are: ${known.join(', ')}`;
}

const form: Readonly<Record<Kind<unknown>['yaml'], string>> = { number: 'without quotes', text: 'in quotes' };

/** The text of a value on a command line; undefined: the value is of another type. */
function textOf(kind: Kind<unknown>, value: unknown): string | undefined {
  const type = kind.yaml === 'number' ? 'number' : 'string';
  return typeof value === type ? String(value) : undefined;
}

function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (value instanceof Map) return 'a map';
  return Array.isArray(value) ? 'a list' : JSON.stringify(value);
}
