import { type Clock, errorFields, giveWay, type Log, ok, takeTurns } from '../base/index.ts';
import { type ClaimRefusal, mostClaims } from '../feed/index.ts';
import { formatAddress } from '../ip/index.ts';
import { bindingKeys, type PortId } from '../resources/index.ts';
import { type Store, StoreUnavailable, type UnitOfWork } from '../store/index.ts';
import type { Ask } from './ask.ts';
import { type ClaimAnswer, decideClaims } from './claim-decision.ts';
import { readClaimWorld } from './claim-world.ts';

/** A session by which a host asks for addresses. */
export interface Asker {
  readonly host: string;
  /** True once it is gone for good: what it asked for is forgotten. */
  readonly isOver: boolean;
  answer(answers: ClaimAnswers): void;
}

/** What a host is told at once. Of addresses newly granted it hears by the ports' intents, as of any change. */
export interface ClaimAnswers {
  readonly refusals: readonly ClaimRefusal[];
  /** Ports that asked for what was their own before, so that nothing has changed: their intents are the answer. */
  readonly known: readonly PortId[];
}

/** The store that claims are decided in. */
export interface GranterOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Addresses that one unit decides about, a few milliseconds of work: other writers wait for it. */
const addressesPerUnit = 256;

/** Addresses of one host in a unit, so that one which asks for thousands leaves room for others. */
const addressesPerPortion = 64;

/** Addresses of one host that may wait. Beyond, the host has to wait with what else it says. */
const mostWaiting = 4 * mostClaims;

/** What one host asked for, in the order in which it did, and what it asks next as soon as there is room. */
interface Line {
  asks: Ask[];
  addresses: number;
  readonly onRoom: (() => void)[];
}

/**
 * Decides the claims of all hosts: those that wait at a time share a unit of work, and one unit is under way at a time. Units
 * of work run one after another in all controllers of a store, so two hosts never get the same address.
 */
export class Granter {
  readonly #options: GranterOptions;
  /** In the order of their turns. */
  readonly #lines = new Map<Asker, Line>();
  #running: Promise<void> | undefined;

  constructor(options: GranterOptions) {
    this.#options = options;
  }

  /** Resolves as soon as the host may ask for more. Claims are answered later, or not at all while there is no database. */
  async ask(asker: Asker, asks: readonly Ask[]): Promise<void> {
    const line = this.#lines.get(asker) ?? { asks: [], addresses: 0, onRoom: [] };
    this.#lines.set(asker, line);
    line.asks.push(...asks);
    line.addresses += asks.reduce((sum, ask) => sum + addressesIn(ask), 0);
    this.#wake();
    if (line.addresses >= mostWaiting) await new Promise<void>((resolve) => line.onRoom.push(resolve));
  }

  /** Waits for the unit under way. */
  async stop(): Promise<void> {
    for (const line of this.#lines.values()) letAsk(line);
    this.#lines.clear();
    await this.#running;
  }

  #wake(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#lines.size > 0) this.#wake();
    });
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // what is asked in this turn of the event loop shares a unit
    const turn = takeTurns(giveWay);
    while (this.#lines.size > 0) {
      await this.#settle(this.#take());
      await turn();
    }
  }

  /** Those who have more to ask come to the end of the line, and meet again here while there is room. */
  #take(): ReadonlyMap<Asker, readonly Ask[]> {
    const portions = new Map<Asker, Ask[]>();
    let room = addressesPerUnit;
    for (const [asker, line] of this.#lines) {
      if (room <= 0) break;
      this.#lines.delete(asker);
      const portion = asker.isOver ? [] : takePortion(line, Math.min(room, addressesPerPortion));
      const isOver = asker.isOver || line.asks.length === 0;
      if (!isOver) this.#lines.set(asker, line);
      if (isOver || line.addresses < mostWaiting) letAsk(line);
      if (portion.length === 0) continue;
      portions.set(asker, [...(portions.get(asker) ?? []), ...portion]);
      room -= portion.reduce((sum, ask) => sum + addressesIn(ask), 0);
    }
    return portions;
  }

  /** What can't be decided together is decided host by host, so that one host's nonsense is nobody else's loss. */
  async #settle(portions: ReadonlyMap<Asker, readonly Ask[]>): Promise<void> {
    const { store, clock, log } = this.#options;
    const asks = [...portions.values()].flat();
    if (asks.length === 0) return;
    try {
      const written = await store.write(async (unit) => ok(await decideIn(unit, asks, clock.now())));
      if (written.ok) answerAll(portions, written.value);
    } catch (error) {
      // Of a database that is away, the store tells. The hosts ask again.
      if (error instanceof StoreUnavailable) return;
      if (portions.size > 1) for (const one of portions) await this.#settle(new Map([one]));
      else log.error(errorFields(error), 'feed: claims of addresses could not be decided');
    }
  }
}

function letAsk({ onRoom }: Line): void {
  for (const resolve of onRoom.splice(0)) resolve();
}

function takePortion(line: Line, most: number): readonly Ask[] {
  let room = most;
  const count = line.asks.findIndex((ask) => {
    room -= addressesIn(ask);
    return room < 0;
  });
  // One that is larger than a portion is taken alone.
  const portion = line.asks.splice(0, count === -1 ? line.asks.length : Math.max(1, count));
  line.addresses -= portion.reduce((sum, ask) => sum + addressesIn(ask), 0);
  return portion;
}

function addressesIn(ask: Ask): number {
  return ask.kind === 'learned' ? ask.addresses.length + 1 : 1;
}

async function decideIn(unit: UnitOfWork, asks: readonly Ask[], now: number): Promise<readonly ClaimAnswer[]> {
  const world = await readClaimWorld(unit, asks, now);
  const { bound, ended, seen, answers } = decideClaims(asks, world);
  const { bindings } = unit.observed;
  await bindings.unbind(ended);
  await bindings.bind(bound);
  await bindings.see(seen, now);
  await unit.apply([], bindingKeys([...ended, ...bound]));
  return answers;
}

function answerAll(portions: ReadonlyMap<Asker, readonly Ask[]>, answers: readonly ClaimAnswer[]): void {
  let start = 0;
  for (const [asker, asks] of portions) {
    asker.answer(answersTo(asks, answers.slice(start, start + asks.length)));
    start += asks.length;
  }
}

function answersTo(asks: readonly Ask[], answers: readonly ClaimAnswer[]): ClaimAnswers {
  const refusals: ClaimRefusal[] = [];
  const known = new Set<PortId>();
  for (const [index, ask] of asks.entries()) {
    const answer = answers[index] ?? 'none';
    if (answer === 'known') known.add(ask.portId);
    if (ask.kind !== 'claim' || answer === 'known' || answer === 'granted' || answer === 'none') continue;
    refusals.push({ portId: ask.portId, address: formatAddress(ask.address), reason: answer });
  }
  return { refusals, known: [...known] };
}
