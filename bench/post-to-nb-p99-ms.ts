import type { Figure } from './figure.ts';
import { postToNbTimes } from './post-to-nb.ts';
import { percentile } from './statistics.ts';

/** From sending the POST of a port to its row in OVN's northbound database. One at a time. */
export const postToNbP99Ms: Figure = {
  name: 'post_to_nb_p99_ms',
  unit: 'ms',
  scope: 'lab',
  async measure(bench) {
    const times = await postToNbTimes(await bench.site());
    bench.progress(`p50 ${percentile(times, 50).toFixed(1)} ms`);
    return percentile(times, 99);
  },
};
