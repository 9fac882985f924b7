import { milliseconds } from '../src/base/index.ts';
import { formatEndpoint } from '../src/ovsdb/index.ts';
import type { Figure } from './figure.ts';
import { watchNorthbound } from './northbound-watch.ts';

/**
 * From an empty northbound database to all 100,000 ports of 1,000 hosts in it: the server is lost with all it had, and comes
 * back. There is no northd, which stands for another machine; the watch that counts the rows is one more reader of NB.
 */
export const resync100000PortsS: Figure = {
  name: 'resync_100000_ports_s',
  unit: 's',
  scope: 'lab',
  async measure(bench) {
    const { northbound } = await bench.largeSite();
    const watch = await watchNorthbound(formatEndpoint(northbound.unix));
    try {
      const count = watch.count();
      await northbound.kill();
      await watch.waitForLoss();
      await northbound.erase();
      await northbound.start();
      const start = performance.now();
      await watch.waitForCount(count, milliseconds(300_000));
      return (performance.now() - start) / 1_000;
    } finally {
      await watch.close();
    }
  },
};
