import type { Figure } from './figure.ts';
import { joinedHosts, patience } from './joined-hosts.ts';

/** From the end of a killed controller, which is started again at once, until 1,000 hosts are back and told of their ports. */
export const hostsBack1000S: Figure = {
  name: 'hosts_back_1000_s',
  unit: 's',
  scope: 'lab',
  async measure(bench) {
    const { site, hosts } = await joinedHosts(bench);
    await site.controller.stop('SIGKILL');
    const start = Date.now();
    await hosts.waitFor('every host to notice', ({ synced }) => synced === 0, patience);
    await site.controller.start();
    bench.progress(`the controller serves again after ${((Date.now() - start) / 1_000).toFixed(1)} s`);
    const { lastSyncedAt } = await hosts.synced(patience);
    return (lastSyncedAt - start) / 1_000;
  },
};
