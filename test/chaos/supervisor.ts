import { setTimeout as delay } from 'node:timers/promises';
import { type Milliseconds, waitFor } from '../../src/base/index.ts';
import type { Kill } from './schedule.ts';
import type { Target } from './targets.ts';

const betweenLooks = 50;

interface Charge {
  readonly target: Target;
  /** Not to be started before this, by performance.now(). */
  downUntil: number;
  kill: Kill | undefined;
  isUp: boolean;
  starting: Promise<void> | undefined;
  /** How often it ended by itself. */
  ends: number;
}

/** Something that happened, for the report. */
export type Tell = (text: string) => void;

/**
 * Ends targets as a schedule says, and starts again whatever is down when its time has come, by itself or by us: what
 * systemd's `Restart=always` does on real hosts.
 */
export class Supervisor {
  readonly #charges: ReadonlyMap<string, Charge>;
  readonly #tell: Tell;
  readonly #complain: Tell;
  #isOver = false;
  #watching: Promise<void> | undefined;

  constructor(targets: readonly Target[], { tell, complain }: { readonly tell: Tell; readonly complain: Tell }) {
    this.#charges = new Map(targets.map((target) => [target.name, newCharge(target)]));
    this.#tell = tell;
    this.#complain = complain;
  }

  start(): void {
    this.#watching = this.#watch();
  }

  async end(kill: Kill): Promise<void> {
    const charge = this.#charges.get(kill.target);
    if (!charge) throw new Error(`there is no ${kill.target} to end`);
    charge.isUp = false;
    charge.kill = kill;
    charge.downUntil = performance.now() + kill.downFor;
    this.#tell(`${kill.target} is ${kill.fate}, down for ${kill.downFor} ms`);
    await charge.target.end(kill.fate);
  }

  async restart(target: string, within: Milliseconds): Promise<void> {
    await this.end({ at: 0, target, fate: 'restarted', downFor: 0 });
    await this.seeAllUp(within);
  }

  /** Resolves when all of them have been up at once. */
  async seeAllUp(within: Milliseconds): Promise<void> {
    const down = () => [...this.#charges.values()].filter(({ isUp }) => !isUp).map(({ target }) => target.name);
    await waitFor('everything to be up again', () => down().length === 0, { within }).catch((error: Error) => {
      throw new Error(`${error.message}: ${down().join(', ')}`);
    });
  }

  /** Stops supervising. Starts that are under way have succeeded or failed when it resolves. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#watching;
    const charges = [...this.#charges.values()];
    await Promise.allSettled(charges.map(({ starting }) => starting));
    for (const { target, ends } of charges) if (ends > 0) this.#tell(`${target.name} ended by itself ${ends} times`);
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      for (const charge of this.#charges.values()) this.#look(charge);
      await delay(betweenLooks);
    }
  }

  #look(charge: Charge): void {
    const { target } = charge;
    if (charge.starting || performance.now() < charge.downUntil) return;
    if (charge.isUp && target.isRunning()) return;
    if (charge.isUp) this.#notice(charge);
    charge.isUp = false;
    charge.starting = this.#bringUp(charge).finally(() => {
      charge.starting = undefined;
    });
  }

  /** One that ends again and again is told of once. */
  #notice(charge: Charge): void {
    const { name, isOurs } = charge.target;
    charge.ends += 1;
    if (isOurs) this.#complain(`${name} ended by itself`);
    else if (charge.ends === 1) this.#tell(`${name} ended by itself`);
  }

  /** A target that is killed while it starts is started once more, in its turn. */
  async #bringUp(charge: Charge): Promise<void> {
    const { target, kill } = charge;
    try {
      await target.start(kill?.fate ?? 'killed');
      if (charge.kill !== kill) return await target.end('killed'); // its end came before it had started
      charge.isUp = true;
      charge.kill = undefined;
      if (kill) this.#tell(`${target.name} is up`);
    } catch (error) {
      this.#tell(`${target.name} did not start: ${String(error).slice(0, 300)}`);
    }
  }
}

function newCharge(target: Target): Charge {
  return { target, downUntil: 0, kill: undefined, isUp: true, starting: undefined, ends: 0 };
}
