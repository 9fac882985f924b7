import type { Figure } from './figure.ts';
import { postToNbTimes } from './post-to-nb.ts';
import { awayNiceness } from './site.ts';
import { percentile } from './statistics.ts';

/** As `post_to_nb_p99_ms`, with OVN leaving the processors to others. */
export const postToNbP99MsOvnNiced: Figure = {
  name: 'post_to_nb_p99_ms_ovn_niced',
  unit: 'ms',
  scope: 'lab',
  async measure(bench) {
    const site = await bench.openSite({ ovnNiceness: awayNiceness });
    try {
      const times = await postToNbTimes(site);
      bench.progress(`p50 ${percentile(times, 50).toFixed(1)} ms`);
      return percentile(times, 99);
    } finally {
      await site.close();
    }
  },
};
