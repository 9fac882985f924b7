import type { Figure } from './figure.ts';
import { restingMegabytes } from './rest.ts';

/** Memory of a controller at rest that made, pushed and listed 10,000 ports. */
export const controllerRssMb10000Ports: Figure = {
  name: 'controller_rss_mb_10000_ports',
  unit: 'MB',
  scope: 'lab',
  async measure(bench) {
    const { client, ensurePorts } = await bench.api();
    await ensurePorts(10_000);
    const pid = await bench.apiProcess();
    if (pid === undefined) throw new Error('the controller is not ours');
    return await restingMegabytes({ client, pid, progress: bench.progress });
  },
};
