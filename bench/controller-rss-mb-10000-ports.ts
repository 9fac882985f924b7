import { milliseconds, systemClock, waitFor } from '../src/base/index.ts';
import { type Client, unwrap } from '../src/client/index.ts';
import type { Figure } from './figure.ts';
import { residentMegabytes } from './site.ts';

/** Memory of a controller at rest that made, pushed and listed 10,000 ports. */
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
    bench.progress(`${Math.round(await residentMegabytes(pid))} MB once all is pushed`);
    return await atRest(pid);
  },
};

async function isPushed(client: Client): Promise<boolean> {
  const progress = unwrap(await client.request('GET', '/healthcheck/progress'));
  return (progress as unknown as { readonly outbox: { readonly depth: number } }).outbox.depth === 0;
}

/** Once it has been the same, give or take 1 MB, for 5 s: a controller gives memory back when it has nothing to do. */
async function atRest(pid: number): Promise<number> {
  const settled = { megabytes: await residentMegabytes(pid), since: systemClock.now() };
  await waitFor(
    'the controller at rest',
    async () => {
      const megabytes = await residentMegabytes(pid);
      const now = systemClock.now();
      if (Math.abs(megabytes - settled.megabytes) > 1) Object.assign(settled, { megabytes, since: now });
      return now - settled.since >= 5_000;
    },
    { within: milliseconds(60_000), every: milliseconds(200) },
  );
  return settled.megabytes;
}
