import { withBenchNetwork } from './bench-network.ts';
import type { Figure } from './figure.ts';
import { watchNorthbound } from './northbound-watch.ts';
import { percentile } from './statistics.ts';

const ports = 300;

/** From sending the POST of a port to its row in OVN's northbound database, seen by a replica. One at a time. */
export const postToNbP99Ms: Figure = {
  name: 'post_to_nb_p99_ms',
  unit: 'ms',
  scope: 'lab',
  async measure(bench) {
    const site = await bench.site();
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
    bench.progress(`p50 ${percentile(times, 50).toFixed(1)} ms`);
    return percentile(times, 99);
  },
};
