import type { Lab, Sextant, SextantOptions } from './types.ts';

/** Starts the controller and one agent on each host of the lab, and waits until all of them answer. */
export async function startSextant(lab: Lab, options: SextantOptions = {}): Promise<Sextant> {
  throw new Error(`no controller yet in ${lab.name}: ${options.database ?? 'sqlite'}`);
}
