import type { SimulatedHost } from './simulated-host.ts';
import type { ClaimPlan, ClaimsState } from './simulator-protocol.ts';

/** Between two looks at which claims are due. */
const tickMilliseconds = 2;

/** Claims addresses in the name of simulated hosts, one after the other, and times the answers. */
export class ClaimRun {
  readonly #hosts: readonly SimulatedHost[];
  readonly #plan: ClaimPlan;
  readonly #start = performance.now();
  /** When each claim that is not answered was due. */
  readonly #due = new Map<string, number>();
  readonly #times: number[] = [];
  #made = 0;
  #refused = 0;
  #lastAt = this.#start;

  constructor(hosts: readonly SimulatedHost[], plan: ClaimPlan) {
    this.#hosts = hosts;
    this.#plan = plan;
    if ('perSecond' in plan) this.#keepPace(plan.perSecond);
    else for (let index = 0; index < plan.atOnce; index += 1) this.#claim(performance.now());
  }

  answered(claim: string, isGranted: boolean): void {
    const due = this.#due.get(claim);
    if (due === undefined) return;
    this.#due.delete(claim);
    this.#lastAt = performance.now();
    this.#times.push(this.#lastAt - due);
    if (!isGranted) this.#refused += 1;
    if ('atOnce' in this.#plan) this.#claim(performance.now());
  }

  state(): ClaimsState {
    const granted = this.#times.length - this.#refused;
    const seconds = (this.#lastAt - this.#start) / 1_000;
    // Thousands of times, again and again, would be what the process is busy with.
    const times = this.#times.length === this.#plan.count ? this.#times : [];
    return { granted, refused: this.#refused, times, seconds };
  }

  #keepPace(perSecond: number): void {
    const timer = setInterval(() => {
      const due = ((performance.now() - this.#start) / 1_000) * perSecond;
      while (this.#made < Math.min(due, this.#plan.count)) this.#claim(this.#start + (this.#made / perSecond) * 1_000);
      if (this.#made >= this.#plan.count) clearInterval(timer);
    }, tickMilliseconds);
  }

  #claim(due: number): void {
    const host = this.#hosts[this.#made % this.#hosts.length];
    if (!host || this.#made >= this.#plan.count) return;
    this.#made += 1;
    this.#due.set(host.claim(), due);
  }
}
