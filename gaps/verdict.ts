import type { Part, VerdictKind } from './contract.ts';
import { setUpPart } from './probe.ts';

export interface Decision {
  readonly verdict: VerdictKind;
  readonly summary: string;
}

/**
 * The verdict that follows from what was seen. Pure. Yes takes every part; an essential part that fails makes a no;
 * nothing seen and something failed is a no; nothing but skips is skipped; all between is partial.
 */
export function decideVerdict(parts: readonly Part[]): Decision {
  const looked = parts.filter(({ part }) => part !== setUpPart);
  const of = (outcome: Part['outcome']) => looked.filter((part) => part.outcome === outcome);
  const [passed, failed, unproven, skipped] = [of('passed'), of('failed'), of('unproven'), of('skipped')];
  if (looked.length === 0) return { verdict: 'no', summary: 'nothing was looked for' };
  if (passed.length === looked.length) return { verdict: 'yes', summary: `all ${looked.length} parts seen` };
  const fatal = failed.filter(({ essential }) => essential);
  if (fatal.length > 0) return { verdict: 'no', summary: list('failed', fatal) };
  if (passed.length + unproven.length === 0) {
    return failed.length > 0
      ? { verdict: 'no', summary: list('missing', failed) }
      : { verdict: 'skipped', summary: list('not looked for', skipped) };
  }
  const gaps = [list('failed', failed), list('not probed further', unproven), list('not looked for', skipped)];
  return { verdict: 'partial', summary: gaps.filter((text) => text !== '').join('; ') };
}

function list(label: string, parts: readonly Part[]): string {
  return parts.length === 0 ? '' : `${label}: ${parts.map(({ part }) => part).join(', ')}`;
}
