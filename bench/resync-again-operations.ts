import type { Figure } from './figure.ts';
import { operationsSent, waitForScan, withManyPorts } from './resync.ts';

/** What a controller that starts on 1,000 ports already pushed tells OVN to change: nothing, if it is idempotent. */
export const resyncAgainOperations: Figure = {
  name: 'resync_again_operations',
  unit: 'operations',
  scope: 'lab',
  measure: (bench) =>
    withManyPorts(bench, async (site) => {
      await site.controller.stop();
      await site.controller.start();
      await waitForScan(site);
      return await operationsSent(site);
    }),
};
