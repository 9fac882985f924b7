import { type BenchNetwork, withBenchNetwork } from './bench-network.ts';
import type { Figure } from './figure.ts';
import { isRouterAdvertisement, isRouterSolicitation, routerSolicitation } from './router-discovery.ts';
import { percentile } from './statistics.ts';

const solicitations = 200;

/**
 * From a guest's router solicitation to the advertisement that answers it, both as a capture on the guest's interface
 * has them: OVS's punt, the agent's answer, and OVS again. One at a time.
 */
export const raReplyP99Ms: Figure = {
  name: 'ra_reply_p99_ms',
  unit: 'ms',
  scope: 'lab',
  async measure(bench) {
    const times = await withBenchNetwork(await bench.site(), solicit);
    bench.progress(`p50 ${percentile(times, 50).toFixed(2)} ms`);
    return percentile(times, 99);
  },
};

async function solicit({ plugGuest }: BenchNetwork): Promise<readonly number[]> {
  const { guest, port } = await plugGuest('h1');
  await guest.waitForAddress();
  const capture = await guest.capture();
  const solicitation = routerSolicitation(port.mac_address);
  const times: number[] = [];
  for (let index = 0; index < solicitations; index += 1) {
    const before = capture.frames.length;
    await guest.inject([solicitation]);
    const isNew = (frame: (typeof capture.frames)[number]) => capture.frames.indexOf(frame) >= before;
    const asked = await capture.waitFor('the solicitation', (frame) => isNew(frame) && isRouterSolicitation(frame));
    const answered = await capture.waitFor(
      'the advertisement',
      (frame) => frame.at > asked.at && isRouterAdvertisement(frame),
    );
    times.push(answered.at - asked.at);
  }
  await capture.stop();
  return times;
}
