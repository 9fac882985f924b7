import { type Clock, errorFields, type Log, milliseconds, ok, type Timer } from '../base/index.ts';
import { listById, type Reader } from '../kit/index.ts';
import {
  bindingKeys,
  type NetworkId,
  type Port,
  type PortId,
  portTable,
  type Subnet,
  subnetTable,
} from '../resources/index.ts';
import {
  type Binding,
  type NetworkAddress,
  type ObservedReader,
  type Store,
  StoreUnavailable,
  type UnitOfWork,
} from '../store/index.ts';
import { isLearnable } from './learnable.ts';

/** The store whose bindings are swept. */
export interface SweeperOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** A guest that is down keeps its addresses for so long. */
const restLimit = milliseconds(24 * 60 * 60 * 1_000);

/** Bindings that are looked at in one go, a few milliseconds of work. 400,000 take under half an hour. */
const bindingsPerPage = 250;

/** Between two pages. */
const pagePause = milliseconds(1_000);

/** Between two ways through the whole table. */
const walkPause = milliseconds(60_000);

/**
 * Ends bindings that nothing else ends: of ports that are plugged nowhere and were not seen for a day, and of addresses that no
 * guest may make any more. Goes through the table page by page, in each controller; what two of them find, the first one ends.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  #last: NetworkAddress | undefined;
  #timer: Timer | undefined;
  #sweeping: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = this.#options.clock.after(walkPause, () => this.#go());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#sweeping;
  }

  #go(): void {
    this.#sweeping = this.#sweepPage().then((isEnd) => {
      const pause = isEnd ? walkPause : pagePause;
      if (!this.#isStopped) this.#timer = this.#options.clock.after(pause, () => this.#go());
    });
  }

  /** True at the end of the table. A page that can't be read or written is tried again. */
  async #sweepPage(): Promise<boolean> {
    const { store, clock, log } = this.#options;
    try {
      const { page, ended } = await store.snapshot(async (snapshot) => {
        const some = await snapshot.observed.bindings.after(this.#last, bindingsPerPage);
        return { page: some, ended: await findEnded(snapshot, some, clock.now()) };
      });
      if (ended.length > 0) await store.write(async (unit) => ok(await end(unit, ended, clock.now())));
      this.#last = page.length < bindingsPerPage ? undefined : page.at(-1);
      return this.#last === undefined;
    } catch (error) {
      // Of a database that is away, the store tells.
      if (!(error instanceof StoreUnavailable)) log.warn(errorFields(error), 'feed: bindings could not be swept');
      return true;
    }
  }
}

/** Looks again, in the unit that writes: a binding may have come back to life since. */
async function end(unit: UnitOfWork, candidates: readonly Binding[], now: number): Promise<void> {
  const ended = await findEnded(unit, await unit.observed.bindings.held(candidates), now);
  await unit.observed.bindings.unbind(ended);
  await unit.apply([], bindingKeys(ended));
}

async function findEnded(
  reader: Reader & { readonly observed: ObservedReader },
  bindings: readonly Binding[],
  now: number,
): Promise<readonly Binding[]> {
  const portIds = idsOf(bindings);
  const ports = await listById(reader, portTable, portIds);
  const states = await reader.observed.portStates(portIds);
  const networkIds = [...new Set(bindings.map(({ networkId }) => networkId))];
  const subnets = await reader.list(subnetTable, { where: { kind: 'in', column: 'network_id', values: networkIds } });
  const facts: SweepFacts = {
    now,
    ports: new Map(ports.map((port) => [port.id, port])),
    plugged: new Set(states.filter(({ wirings }) => wirings.length > 0).map(({ portId }) => portId)),
    subnets: Map.groupBy(subnets, ({ networkId }) => networkId),
  };
  return bindings.filter((binding) => isEnded(binding, facts));
}

function idsOf(bindings: readonly Binding[]): readonly PortId[] {
  return [...new Set(bindings.map(({ portId }) => portId))];
}

/** The facts that the end of bindings follows from. */
export interface SweepFacts {
  readonly now: number;
  readonly ports: ReadonlyMap<PortId, Port>;
  /** Ports that some host has wired: it probes what is idle, and releases it. */
  readonly plugged: ReadonlySet<PortId>;
  readonly subnets: ReadonlyMap<NetworkId, readonly Subnet[]>;
}

/** Whether a binding is over, though nobody has released it. Pure. */
export function isEnded({ portId, networkId, address, seenAt }: Binding, facts: SweepFacts): boolean {
  const isGuarded = facts.ports.get(portId)?.portSecurityEnabled === true;
  if (!isGuarded || !isLearnable(address, facts.subnets.get(networkId) ?? [])) return true;
  return !facts.plugged.has(portId) && facts.now - seenAt > restLimit;
}
