import { setTimeout } from 'node:timers/promises';
import { addressOf } from './bench-network.ts';
import { withCrowd } from './crowd.ts';
import type { Figure } from './figure.ts';
import { percentile } from './statistics.ts';

const crowd = { ports: 300, subnets: 1 };
const repetitions = 3;

/**
 * From the start of a host's ovs-vswitchd, which was killed and has 300 live ports, to the first echo reply between two
 * of its guests. The median. What vswitchd itself takes to make its ports anew is in it. 298 are internal ports of the
 * switch without a guest.
 */
export const vswitchdRestart300PortsMs: Figure = {
  name: 'vswitchd_restart_300_ports_ms',
  unit: 'ms',
  scope: 'lab',
  measure: async (bench) =>
    withCrowd(await bench.site(), crowd, async ({ host, guests: [one, other] }) => {
      const target = addressOf(other.port);
      await other.guest.waitForAddress({ address: target });
      const reaches = () => one.guest.reaches(target, { withinMilliseconds: 60_000 });
      if (!(await reaches())) throw new Error('the guests do not reach each other');
      const times: number[] = [];
      for (let index = 0; index < repetitions; index += 1) {
        await host.killDaemon('ovs-vswitchd');
        const start = performance.now();
        await host.startDaemon('ovs-vswitchd');
        bench.progress(`vswitchd listens after ${(performance.now() - start).toFixed(0)} ms`);
        if (!(await reaches())) throw new Error('the guests do not reach each other any more');
        times.push(performance.now() - start);
        bench.progress(`${times.at(-1)?.toFixed(0)} ms`);
        await setTimeout(3_000); // until the agent and ovn-controller are done
      }
      return percentile(times, 50);
    }),
};
