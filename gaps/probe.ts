import { ApiError, type ApiProblem, describeProblem } from '../src/client/index.ts';
import type { Part, PartOutcome } from './part.ts';

/** Writes down one observation. */
export type Note = (seen: string) => void;

/** How much one part counts in the verdict of its row. */
export interface PartOptions {
  /** When this fails, the row is a no, whatever else passed. Default false. */
  readonly essential?: boolean;
}

/** Where a row records what it looked for. Parts may run side by side; they are kept in the order they began. */
export interface Probe {
  /** Looks for one thing: passed unless `look` throws. Answers whether it passed. */
  part(name: string, look: (note: Note) => Promise<void>, options?: PartOptions): Promise<boolean>;
  /** Records that this machine or this access cannot show it. */
  skip(name: string, why: string): void;
  /** Records that the API accepts it and that nothing further was looked for. */
  leaveUnproven(name: string, why: string): void;
  /** An observation about everything, kept as a part of its own kind: what was set up, and how. */
  note: Note;
  readonly parts: readonly Part[];
}

/** A row did not see what it looked for. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
}

/** Throws `Unmet` unless the condition holds. */
export function expect(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Unmet(message);
}

/** Whether the API refused the request as such: a client error. No answer, or a server's failure, is no refusal. */
export function isRefusal({ status }: ApiProblem): boolean {
  return status >= 400 && status < 500;
}

/** The end of a program's log, on one line. */
export function lastWords(log: string): string {
  const lines = log.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(-4)
    .join(' | ');
}

interface OpenPart {
  readonly part: string;
  readonly essential: boolean;
  outcome: PartOutcome | undefined;
  readonly seen: string[];
  readonly since: number;
  milliseconds: number;
}

/** A probe without parts. `onPart` hears of each part as it ends. */
export function createProbe(onPart: (part: Part) => void = () => {}): Probe {
  const open: OpenPart[] = [];
  const begin = (part: string, essential = false) => {
    const entry: OpenPart = {
      part,
      essential,
      outcome: undefined,
      seen: [],
      since: performance.now(),
      milliseconds: 0,
    };
    open.push(entry);
    return entry;
  };
  const settle = (entry: OpenPart, outcome: PartOutcome, seen?: string) => {
    if (seen !== undefined) entry.seen.push(seen);
    entry.outcome = outcome;
    entry.milliseconds = Math.round(performance.now() - entry.since);
    onPart(closed(entry));
  };
  return {
    async part(name, look, { essential = false } = {}) {
      const entry = begin(name, essential);
      try {
        await look((seen) => entry.seen.push(seen));
        settle(entry, 'passed');
      } catch (error) {
        const refused = error instanceof ApiError && isRefusal(error.problem);
        settle(entry, refused ? 'refused' : 'failed', describeFailure(error));
      }
      return entry.outcome === 'passed';
    },
    skip: (name, why) => settle(begin(name), 'skipped', why),
    leaveUnproven: (name, why) => settle(begin(name), 'unproven', why),
    note(seen) {
      const entry = open.find(({ part }) => part === setUpPart) ?? begin(setUpPart);
      entry.seen.push(seen);
      entry.outcome = 'passed';
    },
    /** A part that is still under way when this is read counts as failed. */
    get parts() {
      return open.map(closed);
    },
  };
}

/** The part that `note` writes under: it tells what was made, and alone it proves nothing. */
export const setUpPart = 'set up';

function closed({ part, outcome, essential, seen, milliseconds }: OpenPart): Part {
  return outcome
    ? { part, outcome, essential, seen: [...seen], milliseconds }
    : { part, outcome: 'failed', essential, seen: [...seen, 'did not end in time'], milliseconds };
}

/** An unmet expectation in one line; any other error with its place in the code, as it may be a defect of the probe. */
export function describeFailure(error: unknown): string {
  if (error instanceof Unmet) return error.message;
  if (error instanceof ApiError) return describeProblem(error.problem);
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const place = /at .*?(gaps\/[\w/.-]+:\d+)/.exec(error.stack ?? '')?.[1];
  return `${error.message}${cause}${place ? ` [${place}]` : ''}`;
}
