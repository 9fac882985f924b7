import { withCrowd } from './crowd.ts';
import type { Figure } from './figure.ts';

const crowd = { ports: 100, subnets: 10 };

/**
 * All flows on a host's hop bridge, divided by its ports: a hundred of one network with ten SLAAC subnets, so that each
 * port has ten fixed addresses. 98 of them are internal ports of the switch without a guest.
 */
export const flowsPerPort10Subnets: Figure = {
  name: 'flows_per_port_10_subnets',
  unit: 'flows',
  scope: 'lab',
  measure: async (bench) =>
    withCrowd(await bench.site(), crowd, async ({ countFlows }) => (await countFlows()) / crowd.ports),
};
