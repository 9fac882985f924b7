import { milliseconds, waitFor } from '../../src/base/index.ts';
import { type Client, unwrap } from '../../src/client/index.ts';
import type { Cloud } from '../integration/cloud.ts';
import type { Guests } from './guests.ts';
import type { Ledger } from './ledger.ts';
import { northboundContradictions } from './northbound.ts';
import { readInventory, rowsOf } from './observe.ts';

export interface Witnesses {
  readonly cloud: Cloud;
  readonly ledger: Ledger;
  readonly guests: Guests;
  /** Ends the controller in order, and resolves when another one serves. */
  restartController(): Promise<void>;
}

const deadline = milliseconds(90_000);

/** Each way in which the cloud, quiet again, is not what it was answered to be. */
export async function judge(witnesses: Witnesses): Promise<readonly string[]> {
  const { cloud, ledger, guests } = witnesses;
  const { api, lab } = cloud;
  const unsettled = await settle(api);
  const inventory = await readInventory(api);
  return [
    ...unsettled,
    ...ledger.contradictions(rowsOf(inventory)),
    ...(await northboundContradictions(lab.central, inventory)),
    ...(await secondReconcile(witnesses)),
    ...(await guests.unreached()),
    ...(await inactive(api, guests.portIds)),
  ];
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
async function settle(api: Client): Promise<readonly string[]> {
  try {
    await waitFor('the controller to be idle', async () => isIdle(await readProgress(api)), { within: deadline });
    return [];
  } catch {
    const progress = await readProgress(api).catch(String);
    return [`not idle after ${deadline} ms: ${JSON.stringify(progress)}`];
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
async function secondReconcile({ cloud: { api }, restartController }: Witnesses): Promise<readonly string[]> {
  await restartController();
  const unsettled = await settle(api);
  const { northbound } = await readProgress(api);
  return northbound.operations === 0
    ? unsettled
    : [...unsettled, `a second reconcile sent ${northbound.operations} operations`];
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
