import type { Lab, LabOptions } from './types.ts';

/** Brings up central and hosts, in the network namespace of the caller. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  throw new Error(`no lab yet: ${options.name ?? 'lab'}`);
}
