import type { Part, PartOutcome, VerdictKind } from './contract.ts';
import { setUpPart } from './probe.ts';

/** A verdict, and the sentence that says why. */
export interface Decision {
  readonly verdict: VerdictKind;
  readonly summary: string;
}

/**
 * The verdict that follows from what was seen. Pure. Yes takes every part; an essential part that failed makes a no;
 * nothing seen and something failed is a no; nothing but skips is skipped; all between is partial.
 */
export function decideVerdict(parts: readonly Part[]): Decision {
  const looked = parts.filter(({ part, outcome }) => part !== setUpPart || outcome !== 'passed');
  if (looked.length === 0) return { verdict: 'no', summary: 'nothing was looked for' };
  if (looked.every(({ outcome }) => outcome === 'passed')) {
    return { verdict: 'yes', summary: `all ${looked.length} parts seen` };
  }
  const obstacles = Object.entries(obstacleWords).map(([outcome, words]) => list(words, looked, outcome));
  return { verdict: kindOf(looked), summary: obstacles.filter((text) => text !== '').join('; ') };
}

/** The outcomes that prevent a yes, the gravest first. */
const obstacleWords: Readonly<Record<Exclude<PartOutcome, 'passed'>, string>> = {
  failed: 'failed',
  refused: 'the API refuses',
  unproven: 'not probed further',
  skipped: 'not looked for',
};

function kindOf(looked: readonly Part[]): VerdictKind {
  const failed = looked.filter(({ outcome }) => outcome === 'failed' || outcome === 'refused');
  if (failed.some(({ essential }) => essential)) return 'no';
  if (looked.some(({ outcome }) => outcome === 'passed' || outcome === 'unproven')) return 'partial';
  return failed.length > 0 ? 'no' : 'skipped';
}

function list(words: string, parts: readonly Part[], wanted: string): string {
  const names = parts.filter(({ outcome }) => outcome === wanted).map(({ part }) => part);
  return names.length === 0 ? '' : `${words}: ${names.join(', ')}`;
}
