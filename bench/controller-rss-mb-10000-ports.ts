import type { Figure } from './figure.ts';
import { residentMegabytes } from './site.ts';

/** Memory of a controller that made, pushed and listed 10,000 ports. */
export const controllerRssMb10000Ports: Figure = {
  name: 'controller_rss_mb_10000_ports',
  unit: 'MB',
  scope: 'lab',
  async measure(bench) {
    const target = await bench.api();
    await target.ensurePorts(10_000);
    const pid = await bench.apiProcess();
    if (pid === undefined) throw new Error('the controller is not ours');
    return await residentMegabytes(pid);
  },
};
