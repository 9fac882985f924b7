import { withBenchNetwork } from './bench-network.ts';
import { watchNorthbound } from './northbound-watch.ts';
import type { Site } from './site.ts';

const ports = 300;

/** Milliseconds from sending the POST of a port to its row in NB, seen by a replica; one port after the other. */
export async function postToNbTimes(site: Site): Promise<readonly number[]> {
  const watch = await watchNorthbound(site.lab.central.northbound);
  const times: number[] = [];
  try {
    await withBenchNetwork(site, async ({ createPort }) => {
      for (let index = 0; index < ports; index += 1) {
        const start = performance.now();
        const { id } = await createPort('h1');
        times.push((await watch.appeared(id)) - start);
      }
    });
  } finally {
    await watch.close();
  }
  return times;
}
