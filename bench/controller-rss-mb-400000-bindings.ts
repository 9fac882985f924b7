import { milliseconds } from '../src/base/index.ts';
import type { Figure } from './figure.ts';
import { joinedHosts } from './joined-hosts.ts';
import { restingMegabytes } from './rest.ts';

/** Beyond the one that each guest of a simulated host has. */
const addressesPerPort = 3;

const patience = milliseconds(900_000);

/** Memory of a controller at rest that has told 1,000 hosts of 100,000 ports, each bound to four addresses that its guest made. */
export const controllerRssMb400000Bindings: Figure = {
  name: 'controller_rss_mb_400000_bindings',
  unit: 'MB',
  scope: 'lab',
  async measure(bench) {
    const { site, hosts } = await joinedHosts(bench);
    const ports = site.hosts.flatMap(({ portIds }) => portIds).length;
    const { refused } = await hosts.claim({ count: addressesPerPort * ports, atOnce: 1_000 }, patience);
    if (refused > 0) throw new Error(`${refused} claims were refused`);
    const { client, controller } = site;
    if (controller.pid === undefined) throw new Error('the controller does not run');
    return await restingMegabytes({ client, pid: controller.pid, progress: bench.progress });
  },
};
