import { milliseconds, waitFor } from '../src/base/index.ts';
import { unwrap } from '../src/client/index.ts';
import { withBenchNetwork } from './bench-network.ts';
import type { Figure } from './figure.ts';
import { residentMegabytes } from './site.ts';

const ports = 100;

/** Memory of a host's agent once a hundred guests of that host are wired. */
export const agentRssMb100Ports: Figure = {
  name: 'agent_rss_mb_100_ports',
  unit: 'MB',
  scope: 'lab',
  async measure(bench) {
    const site = await bench.site();
    const pid = site.sextant.agents.get('h1')?.pid;
    if (pid === undefined) throw new Error('no agent runs on h1');
    return await withBenchNetwork(site, async ({ network, plugGuest }) => {
      for (let index = 0; index < ports; index += 1) await plugGuest('h1');
      bench.progress(`${ports} guests are plugged`);
      await waitFor(
        'every port to be ACTIVE',
        async () => {
          const active = unwrap(await site.client.ports.list({ network_id: network.id, status: 'ACTIVE' }));
          return active.length === ports;
        },
        { within: milliseconds(60_000), every: milliseconds(200) },
      );
      return await residentMegabytes(pid);
    });
  },
};
