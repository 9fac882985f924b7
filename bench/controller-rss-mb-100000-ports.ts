import type { Figure } from './figure.ts';
import { restingMegabytes } from './rest.ts';

/** Memory of a controller at rest that made and pushed 100,000 ports of 1,000 hosts, and has seen all of them bound in SB. */
export const controllerRssMb100000Ports: Figure = {
  name: 'controller_rss_mb_100000_ports',
  unit: 'MB',
  scope: 'lab',
  async measure(bench) {
    const { client, controller } = await bench.largeSite();
    if (controller.pid === undefined) throw new Error('the controller does not run');
    return await restingMegabytes({ client, pid: controller.pid, progress: bench.progress });
  },
};
