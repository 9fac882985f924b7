import { ok, type Result } from '../base/index.ts';
import { boolean } from './attribute-types.ts';
import type { Predicate } from './reader.ts';
import type { Problem } from './refusal.ts';

/** Filters by a boolean that no column holds: `isTrue` finds the things of which it is true. */
export function filterByBoolean(values: readonly string[], isTrue: Predicate): Result<Predicate, Problem> {
  const wanted: Predicate[] = [];
  for (const value of values) {
    const parsed = boolean.parse(value);
    if (!parsed.ok) return parsed;
    wanted.push(parsed.value ? isTrue : { kind: 'not', of: isTrue });
  }
  return ok({ kind: 'any', of: wanted });
}
