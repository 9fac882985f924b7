import { setTimeout as delay } from 'node:timers/promises';
import { newUuid } from '../src/base/index.ts';
import type { Context, GapReport, Part, Row, Site, SiteWish, Verdict } from './contract.ts';
import { createProbe } from './probe.ts';
import { createScope } from './scope.ts';
import { decideVerdict } from './verdict.ts';

/** The rows to run, the site to run them on, and the callback for their progress. */
export interface RunOptions {
  readonly rows: readonly Row[];
  readonly site: Site;
  readonly findSite?: (wish: SiteWish) => Promise<Site | undefined>;
  /** How many rows run side by side. Default 6: each has networks and names of its own. */
  readonly concurrency?: number;
  readonly onEvent?: (event: RunEvent) => void;
  /** Ends the run early: no further row begins, and those that run are judged by what they have seen, and undone. */
  readonly signal?: AbortSignal;
}

/** Hears of a run's events as they happen, to show the progress. */
export type RunEvent =
  | { readonly kind: 'started'; readonly row: Row }
  | { readonly kind: 'part'; readonly row: Row; readonly part: Part }
  | { readonly kind: 'finished'; readonly row: Row; readonly verdict: Verdict };

/** Runs the rows and answers their verdicts in the rows' order. A row that throws is a verdict, never an exception. */
export async function runRows({ rows, concurrency = 6, ...options }: RunOptions): Promise<GapReport> {
  const verdicts = new Map<Row, Verdict>();
  const waiting = [...rows];
  const worker = async () => {
    for (let row = waiting.shift(); row && !options.signal?.aborted; row = waiting.shift()) {
      verdicts.set(row, await runRow(row, options));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, worker));
  return {
    cloud: options.site.cloud.name,
    date: new Date().toISOString(),
    rows: rows.flatMap((row) => verdicts.get(row) ?? []),
  };
}

async function runRow(row: Row, options: Omit<RunOptions, 'rows' | 'concurrency'>): Promise<Verdict> {
  const { site, onEvent = () => {}, findSite = async () => undefined, signal: ended = never } = options;
  onEvent({ kind: 'started', row });
  const begin = performance.now();
  const probe = createProbe((part) => onEvent({ kind: 'part', row, part }));
  const scope = createScope();
  const timeout = new AbortController();
  const signal = AbortSignal.any([timeout.signal, ended]);
  const tag = `gap-${row.id}-${newUuid().slice(0, 8)}`;
  const evidence = [...(await withinTime(row, { ...site, probe, scope, tag, signal, findSite }, ended))];
  timeout.abort();
  const left = await scope.close();
  if (left.length > 0)
    evidence.push({ part: 'undoes all it made', outcome: 'failed', essential: false, seen: left, milliseconds: 0 });
  const milliseconds = Math.round(performance.now() - begin);
  const { id, title, claim, source } = row;
  const verdict = { id, title, claim, source, ...decideVerdict(evidence), evidence, milliseconds };
  onEvent({ kind: 'finished', row, verdict });
  return verdict;
}

const never = new AbortController().signal;

/**
 * Runs the check until it ends, its time is over or the run is ended, and answers what had been seen by then: what a row
 * that was given up finds out later is no evidence.
 */
async function withinTime(row: Row, context: Context, ended: AbortSignal): Promise<readonly Part[]> {
  const { timeoutSeconds = 120 } = row;
  const timer = new AbortController();
  const fail = (part: string, error: unknown) => context.probe.part(part, () => Promise.reject(error));
  const check = row.check(context).catch((error: unknown) => fail('runs to its end', error));
  const signal = AbortSignal.any([timer.signal, ended]);
  const expiry = delay(timeoutSeconds * 1000, undefined, { signal }).then(
    () => fail(`ends within ${timeoutSeconds} s`, new Error('it did not')),
    () => ended.aborted && fail('runs to its end', ended.reason),
  );
  await Promise.race([check, expiry]);
  timer.abort();
  return context.probe.parts;
}
