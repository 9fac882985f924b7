import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../base/index.ts';
import type { Option } from './option.ts';

/** The texts that were given for each option, by its name, in their order. A flag that was given has an empty one. */
export type Given = ReadonlyMap<string, readonly string[]>;

/** Takes a command line apart. The error is a sentence that names the option. */
export function splitWords(
  options: ReadonlyMap<string, Option<unknown>>,
  words: readonly string[],
): Result<Given, string> {
  const config = Object.fromEntries([...options.values()].map((each) => [each.name, { type: typeOf(each) }]));
  try {
    const { tokens } = parseArgs({ args: [...words], options: config, tokens: true });
    const given = tokens.flatMap((token) =>
      token.kind === 'option' ? [[token.name, token.value ?? ''] as const] : [],
    );
    return ok(collect(given));
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

/** The inverse of splitWords. */
export function joinWords(options: ReadonlyMap<string, Option<unknown>>, given: Given): readonly string[] {
  return [...given].flatMap(([name, texts]) =>
    texts.map((text) => (options.get(name)?.kind ? `--${name}=${text}` : `--${name}`)),
  );
}

function typeOf({ kind }: Option<unknown>): 'string' | 'boolean' {
  return kind ? 'string' : 'boolean';
}

function collect(pairs: readonly (readonly [name: string, text: string])[]): Given {
  const given = new Map<string, string[]>();
  for (const [name, text] of pairs) given.set(name, [...(given.get(name) ?? []), text]);
  return given;
}
