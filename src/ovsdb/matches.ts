import type { Condition, ConditionFunction } from './operation.ts';
import type { Atom, RowValue, Value } from './value.ts';

/** Whether a row matches any of the conditions, as the `where` of monitor_cond has it; no condition: every row does. */
export function matchesAny(where: readonly Condition[], row: RowValue): boolean {
  return where.length === 0 || where.some(([column, function_, value]) => matches(function_, row[column], value));
}

/** RFC 7047 §5.1 <condition>. */
function matches(function_: ConditionFunction, actual: Value, wanted: Value): boolean {
  switch (function_) {
    case '==':
      return includes(actual, wanted) && includes(wanted, actual);
    case '!=':
      return !(includes(actual, wanted) && includes(wanted, actual));
    case 'includes':
      return includes(actual, wanted);
    case 'excludes':
      return elements(wanted).every(([key, value]) => !elements(actual).some((pair) => samePair(pair, [key, value])));
    default:
      return isOrdered(function_, actual, wanted);
  }
}

function isOrdered(function_: '<' | '<=' | '>=' | '>', actual: Value, wanted: Value): boolean {
  if (typeof actual !== 'number' || typeof wanted !== 'number') return false;
  if (function_ === '<') return actual < wanted;
  if (function_ === '<=') return actual <= wanted;
  return function_ === '>' ? actual > wanted : actual >= wanted;
}

function includes(whole: Value, part: Value): boolean {
  const pairs = elements(whole);
  return elements(part).every((element) => pairs.some((pair) => samePair(pair, element)));
}

type Pair = readonly [Atom, Atom | undefined];

/** Any value as a set: a scalar has one element, a map has pairs. */
function elements(value: Value): Pair[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map((atom: Atom) => [atom, undefined]);
  if (typeof value === 'object') return Object.entries(value);
  return [[value, undefined]];
}

function samePair(a: Pair, b: Pair): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
