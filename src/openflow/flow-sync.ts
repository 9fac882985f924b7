import { type Log, ok, type Result } from '../base/index.ts';
import { dumpFlows, type InstalledFlow } from './dump.ts';
import { type FlowText, flowDelta } from './flow.ts';
import { type OfctlProblem, runOfctl } from './ofctl.ts';

/** The 64-bit cookie that all flows of one owner carry, those that `learn` actions write for it included. */
export type Cookie = bigint;

export interface FlowSyncOptions {
  /** `unix:/path/br.mgmt` */
  readonly target: string;
  /** Tables that `learn` actions write to: their flows outlive a replacement, as long as their cookie has an owner. */
  readonly learnedTables: readonly number[];
  readonly log: Log;
}

/** Owners whose flows are not what was asked for, and why. Empty: all is as desired. */
export type FlushFailures = ReadonlyMap<Cookie, OfctlProblem>;

/** Keeps the flows of a bridge as desired, with few spawns and never half of a change. */
export interface FlowSync {
  /** Says what the owner's flows should be. Takes effect with the next flush. */
  set(owner: Cookie, flows: readonly FlowText[]): void;
  /** The owner is gone: no flow of it may stay, learned ones included. Takes effect with the next flush. */
  remove(owner: Cookie): void;
  /** Nothing is known of the switch any more (it may have restarted): the next flush replaces all flows at once. */
  invalidate(): void;
  /** Brings the switch to what is desired now, in one atomic bundle. Calls while one is under way share the next. */
  flush(): Promise<FlushFailures>;
}

/** What the switch holds, by owner, as far as it is known. */
type Holdings = Map<Cookie, readonly FlowText[]>;

/** One owner's part of a bundle, and what the owner holds once it is committed; undefined: nothing. */
interface Change {
  readonly owner: Cookie;
  readonly flows: readonly FlowText[] | undefined;
  readonly lines: readonly string[];
}

export function flowSync({ target, learnedTables, log }: FlowSyncOptions): FlowSync {
  const desired: Holdings = new Map();
  const dirty = new Set<Cookie>();
  let actual: Holdings | undefined;
  let running: Promise<FlushFailures> | undefined;
  let queued: Promise<FlushFailures> | undefined;

  async function bring(): Promise<FlushFailures> {
    if (!actual) return replace();
    const holdings = actual;
    const changes = [...dirty].map((owner) => changeOf(owner, holdings.get(owner), desired.get(owner)));
    dirty.clear();
    return apply(holdings, [], changes);
  }

  async function replace(): Promise<FlushFailures> {
    const holdings: Holdings = new Map();
    actual = holdings;
    dirty.clear();
    const changes = [...desired].map(([owner, flows]) => changeOf(owner, [], flows));
    const installed = await dumpFlows(target);
    if (!installed.ok) return lost(changes, installed.error);
    const owners = new Set(changes.map(({ owner }) => owner));
    return apply(holdings, staleFlows(installed.value, owners, learnedTables), changes);
  }

  async function apply(holdings: Holdings, removals: readonly string[], changes: Change[]): Promise<FlushFailures> {
    const sent = await sendBundle(target, [...removals, ...changes.flatMap(({ lines }) => lines)]);
    if (sent.ok) return committed(holdings, changes);
    if (sent.error.kind === 'unreachable') return lost(changes, sent.error);
    const [only] = changes;
    if (only && changes.length === 1 && removals.length === 0) return refused(only, sent.error);
    return applyOneByOne(holdings, removals, changes);
  }

  /** One owner's bad flow must not hold the others back. */
  async function applyOneByOne(holdings: Holdings, removals: readonly string[], changes: Change[]) {
    const failures = new Map<Cookie, OfctlProblem>();
    const cleared = await sendBundle(target, removals);
    if (!cleared.ok) return lost(changes, cleared.error);
    for (const change of changes) {
      for (const [owner, problem] of await apply(holdings, [], [change])) failures.set(owner, problem);
    }
    return failures;
  }

  function committed(holdings: Holdings, changes: readonly Change[]): FlushFailures {
    for (const { owner, flows } of changes) {
      if (flows) holdings.set(owner, flows);
      else holdings.delete(owner);
    }
    return new Map();
  }

  /** The switch did not answer: what it holds is unknown, so the next flush starts over. */
  function lost(changes: readonly Change[], problem: OfctlProblem): FlushFailures {
    actual = undefined;
    return new Map(changes.map(({ owner }) => [owner, problem]));
  }

  function refused({ owner }: Change, problem: OfctlProblem): FlushFailures {
    log.error({ cookie: hex(owner), detail: problem.detail }, 'flow sync: the switch refused flows');
    return new Map([[owner, problem]]);
  }

  function flush(): Promise<FlushFailures> {
    if (!running) {
      running = bring().finally(() => {
        running = undefined;
      });
      return running;
    }
    queued ??= running.then(() => {
      queued = undefined;
      return flush();
    });
    return queued;
  }

  return {
    set(owner, flows) {
      desired.set(owner, flows);
      dirty.add(owner);
    },
    remove(owner) {
      desired.delete(owner);
      dirty.add(owner);
    },
    invalidate() {
      actual = undefined;
    },
    flush,
  };
}

function changeOf(
  owner: Cookie,
  held: readonly FlowText[] | undefined,
  flows: readonly FlowText[] | undefined,
): Change {
  return { owner, flows, lines: flows ? flowDelta(held ?? [], flows) : [`delete cookie=${hex(owner)}/-1`] };
}

/** What a replacement takes away first: every flow that was written here, and what was learned for nobody. */
function staleFlows(
  installed: readonly InstalledFlow[],
  owners: ReadonlySet<Cookie>,
  learnedTables: readonly number[],
): readonly string[] {
  const written = new Set(installed.map(({ table }) => table).filter((table) => !learnedTables.includes(table)));
  const orphans = new Set(
    installed.filter(({ table, cookie }) => learnedTables.includes(table) && !owners.has(cookie)).map((f) => f.cookie),
  );
  return [
    ...[...written].map((table) => `delete table=${table}`),
    ...[...orphans].map((cookie) => `delete cookie=${hex(cookie)}/-1`),
  ];
}

async function sendBundle(target: string, lines: readonly string[]): Promise<Result<unknown, OfctlProblem>> {
  if (lines.length === 0) return ok(undefined);
  const input = `${lines.join('\n')}\n`;
  return runOfctl({ command: 'add-flows', options: ['--bundle'], target, operands: ['-'], input });
}

function hex(cookie: Cookie): string {
  return `0x${cookie.toString(16)}`;
}
