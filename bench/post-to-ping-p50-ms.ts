import { addressOf, withBenchNetwork } from './bench-network.ts';
import type { Figure } from './figure.ts';
import { percentile } from './statistics.ts';

const guests = 9;

/**
 * From sending the POST of a port to the first echo reply that its guest gets, from a guest on another host, between
 * global addresses. In between: the port is bound, plugged and wired, the guest hears a router, makes its address
 * and does duplicate address detection, for one second. What is switched off is the guest's random wait of up to a second
 * before that (RFC 4862 §5.4.2): it keeps machines apart that start together, and would be a third of the figure.
 */
export const postToPingP50Ms: Figure = {
  name: 'post_to_ping_p50_ms',
  unit: 'ms',
  scope: 'lab',
  measure: async (bench) =>
    withBenchNetwork(await bench.site(), async ({ plugGuest }) => {
      const peer = await plugGuest('h2');
      await peer.guest.waitForAddress({ address: addressOf(peer.port) });
      const times: number[] = [];
      for (let index = 0; index < guests; index += 1) {
        const start = performance.now();
        const { guest, port } = await plugGuest('h1', { router_solicitation_delay: 0 });
        await guest.waitForAddress({ address: addressOf(port) });
        if (!(await guest.reaches(addressOf(peer.port)))) throw new Error(`guest of port ${port.id} reaches nobody`);
        times.push(performance.now() - start);
        bench.progress(`${times.at(-1)?.toFixed(0)} ms`);
        await guest.remove();
      }
      return percentile(times, 50);
    }),
};
