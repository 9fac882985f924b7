import { oneTurn, takeTurns } from '../base/index.ts';
import type { RuleContext } from './decision.ts';
import type { Reader } from './reader.ts';

/** A range of values, both ends included. */
interface Values {
  readonly first: bigint;
  readonly last: bigint;
}

/** The values that may be claimed in one scope, as numbers. */
export interface ClaimableValues {
  readonly scope: string;
  readonly ranges: readonly Values[];
  /** The claim on a value. The order of the text is that of the values. */
  claimValue(value: bigint): string;
}

/**
 * Values that are drawn at random beyond those that are wanted, in one try after the other. The first one almost always succeeds
 * in a range that isn't crowded; after the last one, look properly.
 */
const spareDraws = [0, 4];

/** Values that are looked at together: about half a millisecond of work. */
const blockSize = 1_024n;

/**
 * Some unclaimed values, at random: at most `count`, and fewer only when there are no more. Random, so that
 * neighbours can't be guessed (RFC 8415 §24) and a value that was given back isn't given out at once.
 */
export async function findFreeValues(
  reader: Reader,
  values: ClaimableValues,
  count: number,
  { random }: Pick<RuleContext, 'random'>,
): Promise<readonly bigint[]> {
  const total = values.ranges.reduce((sum, range) => sum + sizeOf(range), 0n);
  if (total === 0n || count === 0) return [];
  for (const spare of spareDraws) {
    const drawn = Array.from({ length: count + spare }, () => valueAtOffset(values.ranges, random(total)));
    const byClaim = new Map(drawn.map((value) => [values.claimValue(value), value]));
    for (const taken of await reader.claimed(values.scope, [...byClaim.keys()])) byClaim.delete(taken);
    if (byClaim.size >= count) return [...byClaim.values()].slice(0, count);
  }
  return searchGaps(reader, values, count, random);
}

function sizeOf({ first, last }: Values): bigint {
  return last - first + 1n;
}

function valueAtOffset(ranges: readonly Values[], offset: bigint): bigint {
  let rest = offset;
  for (const range of ranges) {
    const size = sizeOf(range);
    if (rest < size) return range.first + rest;
    rest -= size;
  }
  throw new RangeError(`offset ${offset} is outside the ranges`);
}

/** Exact: looks at block after block, from a random place of each range on, until enough is found. */
async function searchGaps(
  reader: Reader,
  { scope, ranges, claimValue }: ClaimableValues,
  count: number,
  random: RuleContext['random'],
): Promise<readonly bigint[]> {
  const turn = takeTurns(oneTurn);
  const found: bigint[] = [];
  for (const { first, last } of blocksOf(ranges, random)) {
    await turn();
    const taken = new Set(await reader.claimedBetween(scope, claimValue(first), claimValue(last)));
    for (let value = first; value <= last; value++) {
      if (taken.has(claimValue(value))) continue;
      found.push(value);
      if (found.length >= count) return found;
    }
  }
  return found;
}

function* blocksOf(ranges: readonly Values[], random: RuleContext['random']): Iterable<Values> {
  for (const range of ranges) {
    const middle = range.first + random(sizeOf(range));
    yield* cut({ first: middle, last: range.last });
    yield* cut({ first: range.first, last: middle - 1n });
  }
}

function* cut({ first, last }: Values): Iterable<Values> {
  for (let start = first; start <= last; start += blockSize) {
    const end = start + blockSize - 1n;
    yield { first: start, last: end < last ? end : last };
  }
}
