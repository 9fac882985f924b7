import { commonOptions } from './common.ts';
import type { Option } from './option.ts';

/** Options by the names that the program's code has for their values. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** Options that belong together: a section of the help and of docs/options.md. */
export interface Group {
  readonly title: string;
  readonly options: Options;
}

/** By the names that the program's code has for them. */
export type Groups = Readonly<Record<string, Group>>;

/** The values of declared options. */
export type Values<O> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/** The values of groups of options. */
export type GroupValues<G> = {
  readonly [K in keyof G]: G[K] extends { readonly options: infer O } ? Values<O> : never;
};

/** What must hold between options. */
export interface Rule<V> {
  /** A sentence that names each of the options as it is on the command line. */
  readonly says: string;
  holds(values: V): boolean;
}

/** A program and all its options. */
export interface Program<G extends Groups = Groups> {
  /** As messages and documents name it. */
  readonly name: string;
  readonly summary: string;
  readonly groups: G;
  readonly rules: readonly Rule<GroupValues<G>>[];
}

/** Gives `rules` the types of the values. */
export function defineProgram<G extends Groups>(program: Program<G>): Program<G> {
  return program;
}

/** All options by name, those that each program has among them. */
export function allOptions({ groups }: Pick<Program, 'groups'>): ReadonlyMap<string, Option<unknown>> {
  const options = [...Object.values(groups), { options: commonOptions }].flatMap((group) =>
    Object.values(group.options),
  );
  return new Map(options.map((each) => [each.name, each]));
}
