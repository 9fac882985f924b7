import {
  assertNever,
  type Backoff,
  type Clock,
  exponentialBackoff,
  giveWay,
  milliseconds,
  ok,
  partsOf,
  takeTurns,
} from '../base/index.ts';
import type { PortId } from '../resources/index.ts';
import { type HostWiring, type Store, StoreUnavailable, type UnitOfWork } from '../store/index.ts';
import { type HeartbeatRecord, recordHeartbeats } from './agent-record.ts';
import { partsOfReport, type ReportRecord, recordReports, sizeOf } from './report.ts';

/** What a host did or saw, as the store keeps it. */
export type Observation = { readonly host: string } & (
  | { readonly kind: 'alive'; readonly heartbeat: HeartbeatRecord }
  | { readonly kind: 'wired'; readonly wirings: readonly HostWiring[] }
  | { readonly kind: 'unwired'; readonly portIds: readonly PortId[] }
  | { readonly kind: 'reported'; readonly report: ReportRecord }
);

/** The store that observations are written to, and the callback for ports that were wired or unwired. */
export interface RecorderOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Ports that were wired and were not before, or the other way round. */
  readonly onWiring: (portIds: readonly PortId[]) => void;
}

/** Rows in one unit of work, some 5 ms of work: other writers wait for it. */
const rowsPerUnit = 500;

/** Rows of one host in a unit, so that one which has much to say leaves room for others. */
const rowsPerPart = 250;

/** What writing an agent's entry costs, in rows of observations. */
const rowsPerHeartbeat = 10;

interface Waiting {
  readonly observation: Observation;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Writes down what hosts observe: all that waits at a time shares a unit of work, and one unit is under way at a time. So a
 * thousand hosts that come back together cost a few hundred units, and other writers never wait for more than one of them.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #backoff: Backoff = exponentialBackoff({ first: milliseconds(100), ceiling: milliseconds(1_000) });
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Resolves when it is durable. Rejects when the store refuses this observation. A large one is written in several units. */
  async record(observation: Observation): Promise<void> {
    await Promise.all(observationParts(observation).map((part) => this.#recordPart(part)));
  }

  #recordPart(observation: Observation): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ observation, resolve, reject });
      this.#wake();
    });
  }

  /** Waits for no database from here on. */
  stop(): void {
    this.#isStopped = true;
  }

  #wake(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#waiting.length > 0) this.#wake();
    });
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // what is said in this turn of the event loop shares a unit
    const turn = takeTurns(giveWay);
    while (this.#waiting.length > 0) {
      const some = takeUnit(this.#waiting);
      this.#waiting = this.#waiting.filter((one) => !some.has(one));
      await this.#write([...some]);
      await turn();
    }
  }

  /** What can't be written together is written one by one, so that one host's nonsense is nobody else's loss. */
  async #write(some: readonly Waiting[]): Promise<void> {
    try {
      await this.#commit(some.map(({ observation }) => observation));
      for (const { resolve } of some) resolve();
    } catch (error) {
      const [only] = some;
      if (some.length === 1) only?.reject(error);
      else for (const one of some) await this.#write([one]);
    }
  }

  /** Again and again while the database is away: nothing of it may be lost, and the hosts would only come back with more. */
  async #commit(observations: readonly Observation[]): Promise<void> {
    const { store, clock, onWiring } = this.#options;
    let isOutcomeKnown = true;
    for (;;) {
      try {
        const changed = await store.write(async (unit) => ok(await recordAll(unit, observations, clock.now())));
        this.#backoff.reset();
        const portIds = isOutcomeKnown && changed.ok ? changed.value : observations.flatMap(portsOf);
        if (portIds.length > 0) onWiring(portIds);
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || this.#isStopped) throw error;
        if (error.isOutcomeUnknown) isOutcomeKnown = false;
        await new Promise<void>((resolve) => clock.after(this.#backoff.next(), resolve));
      }
    }
  }
}

function portsOf(observation: Observation): readonly PortId[] {
  if (observation.kind === 'wired') return observation.wirings.map(({ portId }) => portId);
  return observation.kind === 'unwired' ? observation.portIds : [];
}

function observationParts(observation: Observation): readonly Observation[] {
  switch (observation.kind) {
    case 'alive':
      return [observation];
    case 'wired':
      return [...partsOf(observation.wirings, rowsPerPart)].map((wirings) => ({ ...observation, wirings }));
    case 'unwired':
      return [...partsOf(observation.portIds, rowsPerPart)].map((portIds) => ({ ...observation, portIds }));
    case 'reported':
      return partsOfReport(observation.report, rowsPerPart).map((report) => ({ ...observation, report }));
    default:
      return assertNever(observation);
  }
}

/**
 * Takes the oldest observation of each host, as many as fit into a unit. A host's later ones wait for the next unit, so
 * that they are written in the order in which the host sent them.
 */
function takeUnit(waiting: readonly Waiting[]): ReadonlySet<Waiting> {
  const some = new Map<string, Waiting>();
  let rows = 0;
  for (const one of waiting) {
    const { observation } = one;
    if (some.has(observation.host)) continue;
    rows += rowsOf(observation);
    if (some.size > 0 && rows > rowsPerUnit) break;
    some.set(observation.host, one);
  }
  return new Set(some.values());
}

function rowsOf(observation: Observation): number {
  switch (observation.kind) {
    case 'alive':
      return rowsPerHeartbeat;
    case 'wired':
      return observation.wirings.length;
    case 'unwired':
      return observation.portIds.length;
    case 'reported':
      return sizeOf(observation.report);
    default:
      return assertNever(observation);
  }
}

/** Answers the ports whose wiring has come or gone. */
async function recordAll(
  unit: UnitOfWork,
  observations: readonly Observation[],
  now: number,
): Promise<readonly PortId[]> {
  const heartbeats = observations.flatMap((one) => (one.kind === 'alive' ? [one.heartbeat] : []));
  const wirings = observations.flatMap((one) => (one.kind === 'wired' ? one.wirings : []));
  const reports = observations.flatMap((one) => (one.kind === 'reported' ? [one.report] : []));
  if (heartbeats.length > 0) await recordHeartbeats(unit, heartbeats);
  const changed = [...(await unit.observed.setWired(wirings))];
  for (const one of observations) {
    if (one.kind !== 'unwired') continue;
    changed.push(...(await unit.observed.clearWired(one.host, one.portIds)));
    // The bindings of a guest that is down end so long after it was last plugged, however long it was idle before.
    await unit.observed.bindings.seeAllOf(one.portIds, now);
  }
  if (reports.length > 0) await recordReports(unit, reports, now);
  return changed;
}
