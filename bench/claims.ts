import { type Milliseconds, milliseconds } from '../src/base/index.ts';
import type { ClaimPlan, ClaimsState } from '../src/hostbound/testing/index.ts';
import type { Bench } from './figure.ts';
import { openLargeSite } from './large-site.ts';
import { processorMilliseconds } from './site.ts';

const patience: Milliseconds = milliseconds(120_000);

/** Claims before those that are measured, until the programs on both sides are compiled. */
const warmUp = 300;

/** A controller of its own for one figure, with hosts of twenty guests each, of which each asks for an address of its own. */
export async function claimAddresses(bench: Bench, hosts: number, plan: ClaimPlan): Promise<ClaimsState> {
  const site = await openLargeSite({ hosts, portsPerHost: Math.max(20, 100 / hosts), networks: 10 });
  try {
    const simulated = site.simulateHosts();
    await simulated.join(site.hosts);
    await simulated.synced(patience);
    await simulated.claim({ count: warmUp, atOnce: 4 }, patience);
    const { pid } = site.controller;
    if (pid === undefined) throw new Error('the controller does not run');
    const before = await processorMilliseconds(pid);
    const claims = await simulated.claim(plan, patience);
    const each = ((await processorMilliseconds(pid)) - before) / claims.granted;
    if (claims.refused > 0) throw new Error(`${claims.refused} claims were refused`);
    bench.progress(
      `${claims.granted} claims in ${claims.seconds.toFixed(1)} s, ${each.toFixed(2)} ms of processor for each`,
    );
    return claims;
  } finally {
    await site.close();
  }
}
