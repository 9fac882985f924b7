import { setTimeout } from 'node:timers/promises';
import { type Crowd, withCrowd } from './crowd.ts';
import type { Figure } from './figure.ts';
import { percentile } from './statistics.ts';

/** Guests that make no address for the new subnet: what their detection brings and takes is no part of the figure. */
const crowd = { ports: 300, subnets: 1, settings: { accept_ra: 0 } } as const;
const repetitions = 5;
/** For how long the number of flows has to stay as it is before the last change counts as the last. */
const quietMilliseconds = 3_000;

/**
 * From the API's answer to the POST of a SLAAC subnet, on a network with 300 live ports on one host, to the last flow that
 * it brings: each port has an address more. The median. 298 are internal ports of the switch without a guest. The number
 * of flows is looked at every 20 ms, which is part of the load.
 */
export const subnetTo300PortsMs: Figure = {
  name: 'subnet_to_300_ports_ms',
  unit: 'ms',
  scope: 'lab',
  measure: async (bench) =>
    withCrowd(await bench.site(), crowd, async ({ addSubnet, countFlows }) => {
      const times: number[] = [];
      for (let index = 0; index < repetitions; index += 1) {
        const before = await countFlows();
        await addSubnet();
        times.push(await untilLastFlow(countFlows, before));
        bench.progress(`${times.at(-1)?.toFixed(0)} ms`);
      }
      return percentile(times, 50);
    }),
};

async function untilLastFlow(countFlows: Crowd['countFlows'], before: number): Promise<number> {
  const start = performance.now();
  let [count, changedAt] = [before, start];
  while (count === before || performance.now() - changedAt < quietMilliseconds) {
    if (performance.now() - start > 60_000) throw new Error('the subnet brought no flow');
    const now = await countFlows();
    if (now !== count) [count, changedAt] = [now, performance.now()];
    await setTimeout(20);
  }
  return changedAt - start;
}
