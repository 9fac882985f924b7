import { bulkLoad } from './bulk-load.ts';
import type { Figure } from './figure.ts';

/** Ports a second in one request of 10,000, from asking to the last byte of the answer, beside another client. */
export const bulkPortsPerS10000: Figure = {
  name: 'bulk_ports_per_s_10000',
  unit: '/s',
  scope: 'api',
  measure: async (bench) => (await bulkLoad(bench)).portsPerSecond,
};
