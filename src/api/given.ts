import type { Caller } from '../auth/index.ts';
import { ok, type Result } from '../base/index.ts';
import type { Problem } from '../kit/index.ts';
import { authorizeAttribute, type Rule, type Target } from '../policy/index.ts';
import type { ParsedBody } from './body.ts';
import type { Served } from './served.ts';

/** Decides about each attribute that the caller gave. */
export function authorizeGiven(
  caller: Caller,
  rule: Rule,
  { byName, input, given }: Pick<Served, 'byName'> & Pick<ParsedBody, 'input' | 'given'>,
  target: Target,
): Result<void, Problem> {
  for (const name of given) {
    const attribute = byName.get(name);
    if (!attribute || attribute.access === 'read-only') continue;
    const may = authorizeAttribute(caller, rule, attribute, input[attribute.field], target);
    if (!may.ok) return may;
  }
  return ok(undefined);
}
