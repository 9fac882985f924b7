import { milliseconds, waitFor } from '../src/base/index.ts';
import { unwrap } from '../src/client/index.ts';
import { openApiTarget } from './api-target.ts';
import type { Bench } from './figure.ts';
import { type NorthboundWatch, watchNorthbound } from './northbound-watch.ts';
import type { Site } from './site.ts';

const ports = 1_000;

/** Measures on a lab of its own, once all its ports are in OVN. */
export async function withManyPorts(
  bench: Bench,
  measure: (site: Site, watch: NorthboundWatch, count: number) => Promise<number>,
): Promise<number> {
  const site = await bench.openSite();
  const watch = await watchNorthbound(site.lab.central.northbound);
  try {
    const target = await openApiTarget({ endpoint: site.sextant.endpoint });
    await target.ensurePorts(ports);
    await watch.waitForCount(ports);
    await target.client.close();
    return await measure(site, watch, ports);
  } finally {
    await watch.close();
    await site.close();
  }
}

/** Waits until the controller has compared everything there is with what should be. */
export async function waitForScan(site: Site): Promise<void> {
  await waitFor(
    'a full scan',
    async () => {
      const { fullScans, dirtyKeys } = await readProgress(site);
      return fullScans > 0 && dirtyKeys === 0;
    },
    { within: milliseconds(60_000) },
  );
}

/** Operations that this controller process sent to the northbound database. */
export async function operationsSent(site: Site): Promise<number> {
  return (await readProgress(site)).operations;
}

interface Progress {
  readonly fullScans: number;
  readonly dirtyKeys: number;
  readonly operations: number;
}

async function readProgress({ client }: Site): Promise<Progress> {
  const answer = unwrap(await client.request('GET', '/healthcheck/progress'));
  return (answer as unknown as { readonly northbound: Progress }).northbound;
}
