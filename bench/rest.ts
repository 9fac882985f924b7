import { milliseconds, systemClock, waitFor } from '../src/base/index.ts';
import { type Client, unwrap } from '../src/client/index.ts';
import { residentMegabytes } from './site.ts';

/** Megabytes that a controller keeps once all is pushed to OVN and it has given back what it can. */
export async function restingMegabytes({ client, pid, progress }: RestingController): Promise<number> {
  progress(`${Math.round(await residentMegabytes(pid))} MB right after the last request`);
  await waitFor('all ports in the northbound database', () => isPushed(client), { within: milliseconds(120_000) });
  progress(`${Math.round(await residentMegabytes(pid))} MB once all is pushed`);
  return await atRest(pid);
}

interface RestingController {
  readonly client: Client;
  readonly pid: number;
  readonly progress: (text: string) => void;
}

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
