import { milliseconds, waitFor } from '../../src/base/index.ts';
import { type Client, unwrap } from '../../src/client/index.ts';
import type { Ground } from './ground.ts';
import type { Guests } from './guests.ts';
import type { Ledger } from './ledger.ts';
import { northboundContradictions } from './northbound.ts';
import { readInventory, rowsOf } from './observe.ts';

/** All that can tell whether something was lost. */
export interface Witnesses {
  readonly ground: Ground;
  readonly ledger: Ledger;
  readonly guests: Guests;
  /** Ends a controller in order, and resolves when another one serves. */
  restart(controller: string): Promise<void>;
}

const deadline = milliseconds(90_000);

/** Each way in which the cloud, quiet again, is not what it was answered to be. */
export async function judge(witnesses: Witnesses): Promise<readonly string[]> {
  const { ground, ledger, guests } = witnesses;
  const violations: string[] = [];
  for (const [name, { api }] of ground.controllers) violations.push(...(await settle(name, api)));
  for (const { api } of ground.controllers.values()) {
    const inventory = await readInventory(api);
    violations.push(...ledger.contradictions(rowsOf(inventory)));
    violations.push(...(await northboundContradictions(ground.lab.central, inventory)));
  }
  for (const name of ground.controllers.keys()) violations.push(...(await secondReconcile(witnesses, name)));
  violations.push(...(await guests.unreached()));
  for (const { api } of ground.controllers.values()) violations.push(...(await inactive(api, guests.portIds)));
  return violations;
}

interface Progress {
  readonly northbound: LoopProgress;
  readonly southbound: LoopProgress;
  readonly outbox: { readonly depth: number };
}

interface LoopProgress {
  readonly ready: boolean;
  readonly dirtyKeys: number;
  readonly refused: readonly unknown[];
  readonly fullScans: number;
  readonly operations: number;
}

/** Waits until there is nothing left to do. */
async function settle(name: string, api: Client): Promise<readonly string[]> {
  try {
    await waitFor(`${name} to be idle`, async () => isIdle(await readProgress(api)), { within: deadline });
    return [];
  } catch {
    const progress = await readProgress(api).catch(String);
    return [`${name} is not idle after ${deadline} ms: ${JSON.stringify(progress)}`];
  }
}

function isIdle({ northbound, southbound, outbox }: Progress): boolean {
  return outbox.depth === 0 && [northbound, southbound].every(isDone);
}

function isDone({ ready, dirtyKeys, refused, fullScans }: LoopProgress): boolean {
  return ready && dirtyKeys === 0 && refused.length === 0 && fullScans > 0;
}

async function readProgress(api: Client): Promise<Progress> {
  return unwrap(await api.request('GET', '/healthcheck/progress')) as unknown as Progress;
}

/** A new controller compares everything, and finds nothing to do. */
async function secondReconcile({ ground, restart }: Witnesses, name: string): Promise<readonly string[]> {
  const api = ground.controllers.get(name)?.api;
  if (!api) throw new Error(`there is no ${name}`);
  await restart(name);
  const unsettled = await settle(name, api);
  const { northbound } = await readProgress(api);
  return northbound.operations === 0
    ? unsettled
    : [...unsettled, `${name} sent ${northbound.operations} operations in a second reconcile`];
}

async function inactive(api: Client, portIds: readonly string[]): Promise<readonly string[]> {
  const down = async () => {
    const active = new Set(unwrap(await api.ports.list({ status: 'ACTIVE' })).map(({ id }) => id));
    return portIds.filter((id) => !active.has(id));
  };
  try {
    await waitFor('every plugged port to be ACTIVE', async () => (await down()).length === 0, { within: deadline });
    return [];
  } catch {
    return (await down()).map((id) => `plugged port ${id} is not ACTIVE`);
  }
}
