import { claimAddresses } from './claims.ts';
import type { Bench } from './figure.ts';

const runs = new WeakMap<Bench, Promise<readonly number[]>>();

/** One host of 100 guests, which asks for one address after another: a run for both figures that are read off it. */
export async function claimGrantedTimes(bench: Bench): Promise<readonly number[]> {
  const known = runs.get(bench) ?? claimAddresses(bench, 1, { count: 1_000, atOnce: 1 }).then(({ times }) => times);
  runs.set(bench, known);
  return await known;
}
