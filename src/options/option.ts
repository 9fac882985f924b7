import { err, ok, type Result } from '../base/index.ts';
import type { Kind } from './kind.ts';

/** One option of a program, whose value is a `T`. */
export interface Option<T> {
  /** As on the command line, without the dashes, and in a configuration file. */
  readonly name: string;
  /** One sentence or two, without the default and the range. */
  readonly help: string;
  /** The option's name in neutron.conf, where Neutron has it. */
  readonly neutron?: string;
  /** Undefined: a flag. It is for one start, and so for the command line alone. */
  readonly kind: Kind<unknown> | undefined;
  /** Several values: repeated on the command line or separated by commas, a list in a configuration file. */
  readonly isList: boolean;
  readonly isRequired: boolean;
  /** The file named by it is to be readable by the service's user alone. */
  readonly isSecret: boolean;
  /** As one writes them on the command line. */
  readonly defaults: readonly string[];
  /** Makes the value of all texts that were given, in their order. The error is a sentence without the option's name. */
  read(texts: readonly string[]): Result<T, string>;
}

interface Declaration<T> {
  readonly name: string;
  readonly help: string;
  readonly kind: Kind<T>;
  readonly neutron?: string;
  readonly isSecret?: boolean;
}

/** An option that has a default. Given several times, the last one counts. */
export function option<T>(declared: Declaration<T> & { readonly default: string | number }): Option<T> {
  const { kind } = declared;
  const standard = String(declared.default);
  return { ...describe(declared), defaults: [standard], read: (texts) => readText(kind, texts.at(-1) ?? standard) };
}

/** An option that may be left out, which means something of its own. */
export function optional<T>(declared: Declaration<T>): Option<T | undefined> {
  const { kind } = declared;
  return { ...describe(declared), read: (texts) => readIfGiven(kind, texts.at(-1)) };
}

/** An option without which the program does not start. */
export function required<T>(declared: Declaration<T>): Option<T> {
  const { kind } = declared;
  return { ...describe(declared), isRequired: true, read: (texts) => readText(kind, texts.at(-1) ?? '') };
}

/** An option of several values. Required: of one at least. */
export function list<T>(
  declared: Declaration<T> & { readonly default?: readonly string[]; readonly isRequired?: boolean },
): Option<readonly T[]> {
  const { kind, default: defaults = [], isRequired = false } = declared;
  const read = (texts: readonly string[]) => readAll(kind, texts.length === 0 ? defaults : texts);
  return { ...describe(declared), isList: true, isRequired, defaults, read };
}

/** A switch that is off unless it is given. */
export function flag(declared: Pick<Declaration<never>, 'name' | 'help'>): Option<boolean> {
  return { ...describe(declared), read: (texts) => ok(texts.length > 0) };
}

function describe({
  name,
  help,
  neutron,
  kind,
  isSecret = false,
}: Omit<Declaration<unknown>, 'kind'> & { readonly kind?: Kind<unknown> }) {
  const common = { name, help, kind, isSecret, isList: false, isRequired: false, defaults: [] };
  return neutron === undefined ? common : { ...common, neutron };
}

function readText<T>(kind: Kind<T>, text: string): Result<T, string> {
  const value = kind.read(text);
  return value === undefined ? err(`"${kind.show?.(text) ?? text}" is not ${kind.accepts}`) : ok(value);
}

function readIfGiven<T>(kind: Kind<T>, text: string | undefined): Result<T | undefined, string> {
  return text === undefined ? ok(undefined) : readText(kind, text);
}

function readAll<T>(kind: Kind<T>, texts: readonly string[]): Result<readonly T[], string> {
  const values: T[] = [];
  for (const text of texts.flatMap((each) => each.split(','))) {
    const value = readText(kind, text.trim());
    if (!value.ok) return value;
    values.push(value.value);
  }
  return ok(values);
}
