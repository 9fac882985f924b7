import { bulkLoad } from './bulk-load.ts';
import type { Figure } from './figure.ts';

/** From the moment at which another client wants to make a port until it is made, during one request of 10,000 ports. */
export const bulkWriterWaitP99Ms: Figure = {
  name: 'bulk_writer_wait_p99_ms',
  unit: 'ms',
  scope: 'api',
  measure: async (bench) => (await bulkLoad(bench)).waits.p99Milliseconds,
};
