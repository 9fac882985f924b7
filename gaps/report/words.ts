import type { GapReport, PartOutcome, Verdict, VerdictKind } from '../contract.ts';
import { describeKilo, findKiloVerdict } from '../kilo.ts';

/** The words for verdicts in reports. */
export const verdictWords: Readonly<Record<VerdictKind, string>> = {
  yes: 'Yes',
  partial: 'Partial',
  no: 'No',
  skipped: 'Skipped',
};

/** The words for the outcomes of parts in reports. */
export const outcomeWords: Readonly<Record<PartOutcome, string>> = {
  passed: 'seen',
  failed: 'failed',
  refused: 'refused by the API',
  unproven: 'not probed further',
  skipped: 'not looked for',
};

/** In the order in which they are counted and shown. */
export const verdictKinds: readonly VerdictKind[] = ['yes', 'partial', 'no', 'skipped'];

/** How many use cases have each verdict. */
export function countVerdicts({ rows }: GapReport): Readonly<Record<VerdictKind, number>> {
  const counts = { yes: 0, partial: 0, no: 0, skipped: 0 };
  for (const { verdict } of rows) counts[verdict] += 1;
  return counts;
}

/** `5 yes, 3 partial, 13 no`: kinds that don't occur are left out. */
export function describeCounts(report: GapReport): string {
  const counts = countVerdicts(report);
  return verdictKinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`)
    .join(', ');
}

/** The 2015 answer, or a dash for a row that the document of 2015 doesn't have. */
export function kiloCell({ id }: Pick<Verdict, 'id'>): string {
  const found = findKiloVerdict(id);
  return found ? describeKilo(found) : '-';
}
