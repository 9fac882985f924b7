import { milliseconds, waitFor } from '../src/base/index.ts';
import { type Client, unwrap } from '../src/client/index.ts';
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
    bench.progress(`${Math.round(await residentMegabytes(pid))} MB right after the last request`);
    const within = milliseconds(60_000);
    await waitFor('all ports in the northbound database', () => isPushed(target.client), { within });
    return await residentMegabytes(pid);
  },
};

async function isPushed(client: Client): Promise<boolean> {
  const progress = unwrap(await client.request('GET', '/healthcheck/progress'));
  return (progress as unknown as { readonly outbox: { readonly depth: number } }).outbox.depth === 0;
}
