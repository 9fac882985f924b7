import type { Context } from '../../gaps/contract.ts';
import { type Lab, openLab, type Service, startSextant } from '../../gaps/lab/index.ts';
import { openLabSite } from '../../gaps/lab-site.ts';
import { createProbe } from '../../gaps/probe.ts';
import { createScope } from '../../gaps/scope.ts';

/** A cloud of three hosts, and what a workbench needs to make guests on it. */
export interface Ground {
  readonly lab: Lab;
  readonly controller: Service;
  /** By host. */
  readonly agents: ReadonlyMap<string, Service>;
  readonly context: Context;
  close(): Promise<void>;
}

/** Opens it. Undoes everything when a part fails to start. */
export async function openGround(directory?: string): Promise<Ground> {
  const undo = new AsyncDisposableStack();
  try {
    const lab = await openLab({ hosts: 3, ...(directory !== undefined && { directory }) });
    undo.defer(() => lab.close());
    const { endpoint, controller, agents, stop } = await startSextant(lab);
    undo.defer(stop);
    if (!controller) throw new Error('the lab started no controller');
    const site = openLabSite({ lab, endpoint, cloudName: 'Sextant', controller });
    undo.defer(() => site.close());
    const context: Context = {
      ...site,
      probe: createProbe(),
      scope: createScope(),
      tag: 'attacks',
      signal: new AbortController().signal,
      findSite: async () => undefined,
    };
    return { lab, controller, agents, context, close: () => undo.disposeAsync() };
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}
