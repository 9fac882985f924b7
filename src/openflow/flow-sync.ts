import { type Log, ok, type Result } from '../base/index.ts';
import { type InstalledFlow, visitFlows } from './dump.ts';
import { type FlowText, flowDelta } from './flow.ts';
import { type OfctlProblem, runOfctl } from './ofctl.ts';

/** The 64-bit cookie that all flows of one owner carry, those that `learn` actions write for it included. */
export type Cookie = bigint;

/** The bridge whose flows are kept in line, and the tables that need special care. */
export interface FlowSyncOptions {
  /** `unix:/path/br.mgmt` */
  readonly target: string;
  /** Tables that `learn` actions write to: their flows outlive a replacement, as long as their cookie has an owner. */
  readonly learnedTables: readonly number[];
  /** Tables with flows that others work with: those of an unknown owner stay as long as any owner is retained. */
  readonly sharedTables: readonly number[];
  readonly log: Log;
}

/** Owners whose flows are not what was asked for, and why. Empty: all is as desired. */
export type FlushFailures = ReadonlyMap<Cookie, OfctlProblem>;

/** The flows that the switch is known to hold, by owner. */
type Holdings = Map<Cookie, readonly FlowText[]>;

/** One owner's part of a bundle, and what the owner holds once it is committed; undefined: nothing. */
interface Change {
  readonly owner: Cookie;
  readonly flows: readonly FlowText[] | undefined;
  readonly lines: readonly string[];
}

/** Keeps the flows of a bridge as desired, with few spawns and never half of a change. */
export class FlowSync {
  readonly #options: FlowSyncOptions;
  readonly #desired = new Map<Cookie, readonly FlowText[]>();
  readonly #dirty = new Set<Cookie>();
  readonly #retained = new Set<Cookie>();
  /** Unknown owners of flows in shared tables, which were left for those that are retained. */
  readonly #orphans = new Set<Cookie>();
  #actual: Holdings | undefined;
  #running: Promise<FlushFailures> | undefined;
  #queued: Promise<FlushFailures> | undefined;
  #isKnownLost = false;

  constructor(options: FlowSyncOptions) {
    this.#options = options;
  }

  /** Says what the owner's flows should be. Takes effect with the next flush. */
  set(owner: Cookie, flows: readonly FlowText[]): void {
    this.#desired.set(owner, flows);
    this.#dirty.add(owner);
    this.#retained.delete(owner);
  }

  /** Leaves whatever flows the owner has on the switch, because what they should be is not known yet. */
  retain(owner: Cookie): void {
    this.#desired.delete(owner);
    this.#retained.add(owner);
  }

  /** The owner is gone: no flow of it may stay, learned ones included. Takes effect with the next flush. */
  remove(owner: Cookie): void {
    this.#desired.delete(owner);
    this.#dirty.add(owner);
    this.#retained.delete(owner);
  }

  /** Forgets what the switch holds, as it may have restarted: the next flush replaces all flows at once. */
  invalidate(): void {
    this.#actual = undefined;
  }

  /** Brings the switch to what is desired now, in one atomic bundle. Calls while one is under way share the next. */
  flush(): Promise<FlushFailures> {
    if (!this.#running) {
      this.#running = this.#bring().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined;
      return this.flush();
    });
    return this.#queued;
  }

  async #bring(): Promise<FlushFailures> {
    if (!this.#actual) return this.#replace();
    const holdings = this.#actual;
    const removals = this.#adopted().map((match) => `delete ${match}`);
    const changes = [...this.#dirty].map((owner) => changeOf(owner, holdings.get(owner), this.#desired.get(owner)));
    this.#dirty.clear();
    return this.#apply(holdings, removals, changes);
  }

  /** Matches of flows left by an earlier process whose owner is known by now, or that no retained port can need. */
  #adopted(): readonly string[] {
    const adopted = [...this.#orphans].filter((owner) => this.#dirty.has(owner) || this.#retained.size === 0);
    for (const owner of adopted) this.#orphans.delete(owner);
    return adopted.map((owner) => `cookie=${hex(owner)}/-1`);
  }

  async #replace(): Promise<FlushFailures> {
    const holdings: Holdings = new Map();
    this.#actual = holdings;
    this.#dirty.clear();
    const changes = [...this.#desired].map(([owner, flows]) => installation(owner, flows));
    this.#orphans.clear();
    const removals = new Set<string>();
    const visited = await visitFlows(this.#options.target, (flow) => {
      if (this.#isStale(flow)) removals.add(removalOf(flow));
    });
    if (!visited.ok) return this.#lost(changes, visited.error);
    return this.#apply(holdings, [...removals], changes);
  }

  /** A replacement keeps the flows that were learned for an owner, and deletes all others. */
  #isStale({ cookie, table }: InstalledFlow): boolean {
    if (this.#retained.has(cookie)) return false;
    if (this.#retained.size > 0 && !this.#desired.has(cookie) && this.#options.sharedTables.includes(table)) {
      this.#orphans.add(cookie);
      return false;
    }
    return !(this.#desired.has(cookie) && this.#options.learnedTables.includes(table));
  }

  async #apply(holdings: Holdings, removals: readonly string[], changes: readonly Change[]): Promise<FlushFailures> {
    const sent = await sendBundle(this.#options.target, [...removals, ...changes.flatMap(({ lines }) => lines)]);
    if (sent.ok) {
      this.#isKnownLost = false;
      return committed(holdings, changes);
    }
    if (sent.error.kind === 'unreachable') return this.#lost(changes, sent.error);
    const [only] = changes;
    if (only && changes.length === 1 && removals.length === 0) return this.#refused(only, sent.error);
    return this.#applyOneByOne(holdings, removals, changes);
  }

  /** One owner's bad flow must not hold the others back. */
  async #applyOneByOne(holdings: Holdings, removals: readonly string[], changes: readonly Change[]) {
    const failures = new Map<Cookie, OfctlProblem>();
    const cleared = await sendBundle(this.#options.target, removals);
    if (!cleared.ok) return this.#lost(changes, cleared.error);
    for (const change of changes) {
      for (const [owner, problem] of await this.#apply(holdings, [], [change])) failures.set(owner, problem);
    }
    return failures;
  }

  /** The switch did not answer: what it holds is unknown, so the next flush starts over. Said once per outage. */
  #lost(changes: readonly Change[], problem: OfctlProblem): FlushFailures {
    const { target, log } = this.#options;
    if (!this.#isKnownLost) log.warn({ target, ...problem }, 'flow sync: the switch can not be reached');
    this.#isKnownLost = true;
    this.#actual = undefined;
    return new Map(changes.map(({ owner }) => [owner, problem]));
  }

  #refused({ owner }: Change, problem: OfctlProblem): FlushFailures {
    this.#options.log.error({ cookie: hex(owner), detail: problem.detail }, 'flow sync: the switch refused flows');
    return new Map([[owner, problem]]);
  }
}

function committed(holdings: Holdings, changes: readonly Change[]): FlushFailures {
  for (const { owner, flows } of changes) {
    if (flows) holdings.set(owner, flows);
    else holdings.delete(owner);
  }
  return new Map();
}

function installation(owner: Cookie, flows: readonly FlowText[]): Change {
  return { owner, flows, lines: flows.map((text) => `add ${text}`) };
}

function changeOf(
  owner: Cookie,
  held: readonly FlowText[] | undefined,
  flows: readonly FlowText[] | undefined,
): Change {
  return { owner, flows, lines: flows ? flowDelta(held ?? [], flows) : [`delete cookie=${hex(owner)}/-1`] };
}

/** Takes flows away by table and cookie: matches need no translation back into what a flow mod takes. */
function removalOf({ table, cookie }: InstalledFlow): string {
  return `delete table=${table},cookie=${hex(cookie)}/-1`;
}

async function sendBundle(target: string, lines: readonly string[]): Promise<Result<unknown, OfctlProblem>> {
  if (lines.length === 0) return ok(undefined);
  const input = `${lines.join('\n')}\n`;
  return runOfctl({ command: 'add-flows', options: ['--bundle'], target, operands: ['-'], input });
}

function hex(cookie: Cookie): string {
  return `0x${cookie.toString(16)}`;
}
