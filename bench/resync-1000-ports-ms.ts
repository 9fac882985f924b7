import type { Figure } from './figure.ts';
import { withManyPorts } from './resync.ts';

/** From an empty northbound database to all 1,000 ports in it: the server is lost with all it had, and comes back. */
export const resync1000PortsMs: Figure = {
  name: 'resync_1000_ports_ms',
  unit: 'ms',
  scope: 'lab',
  measure: (bench) =>
    withManyPorts(bench, async ({ lab }, watch, count) => {
      await lab.central.killDatabase('nb');
      await watch.waitForLoss();
      await lab.central.startDatabase('nb', { empty: true });
      const start = performance.now();
      await watch.waitForCount(count);
      return performance.now() - start;
    }),
};
