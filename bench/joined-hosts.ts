import { milliseconds, waitFor } from '../src/base/index.ts';
import { parseEndpoint, unwrap } from '../src/client/index.ts';
import type { HostsState, SimulatedHosts } from '../src/hostbound/testing/index.ts';
import type { Bench } from './figure.ts';
import type { LargeSite } from './large-site.ts';
import type { PaceResult } from './load/job.ts';
import { keepPace } from './load/keep-pace.ts';
import { restingMegabytes } from './rest.ts';
import { residentMegabytes } from './site.ts';

/** The hosts of the large site, once all of them have joined, and how that went. */
export interface JoinedHosts {
  readonly site: LargeSite;
  readonly hosts: SimulatedHosts;
  /** From the first connection until every host was told what all its ports are. */
  readonly seconds: number;
  /** The most that the controller had resident meanwhile. */
  readonly megabytes: number;
  /** GETs of single ports by another process meanwhile, 100 a second whether or not they were answered. */
  readonly reads: PaceResult;
}

const joined = new WeakMap<LargeSite, Promise<JoinedHosts>>();

/** More than anybody would wait: a controller that does not get there is to fail, not to hang. */
export const patience = milliseconds(240_000);

/** Joins all hosts at once, the first time; later figures find them joined. The controller is at rest before that. */
export async function joinedHosts(bench: Bench): Promise<JoinedHosts> {
  const site = await bench.largeSite();
  const known = joined.get(site) ?? join(site, bench.progress);
  joined.set(site, known);
  return await known;
}

async function join(site: LargeSite, progress: (text: string) => void): Promise<JoinedHosts> {
  await restingMegabytes({ client: site.client, pid: pidOf(site), progress });
  const hosts = site.simulateHosts();
  const pace = await paceOf(site);
  const memory = watchMemory(site);
  const start = Date.now();
  await hosts.join(site.hosts);
  const { lastSyncedAt } = await hosts.synced(patience);
  const [megabytes, reads] = [memory.stop(), await pace.stop()];
  await waitFor('every port to be ACTIVE', () => isActive(site), { within: patience, every: milliseconds(250) });
  progress(`all ports were ACTIVE after ${((Date.now() - start) / 1_000).toFixed(1)} s`);
  return { site, hosts, seconds: (lastSyncedAt - start) / 1_000, megabytes, reads: withoutFailures(reads) };
}

/** Reads that go on beside what is measured. */
export function paceOf(site: LargeSite) {
  const endpoint = parseEndpoint(site.endpoint);
  if (!endpoint) throw new Error(`${site.endpoint} is no endpoint`);
  const paths = site.hosts.slice(0, 100).map(({ portIds }) => `/v2.0/ports/${portIds[0]}`);
  return keepPace({ endpoint, paths, warmUp: 200 });
}

/** Throws when any read was no success: how long a failure took says nothing. */
export function withoutFailures(reads: PaceResult): PaceResult {
  const failures = Object.entries(reads.failures);
  if (failures.length > 0) throw new Error(`GETs failed: ${JSON.stringify(failures.slice(0, 3))}`);
  return reads;
}

/** Throws when a session ended that was not meant to. */
export function expectNoLoss({ closes }: HostsState): void {
  if (Object.keys(closes).length > 0) throw new Error(`sessions ended: ${JSON.stringify(closes)}`);
}

function watchMemory(site: LargeSite): { stop(): number } {
  const pid = pidOf(site);
  let most = 0;
  const timer = setInterval(async () => {
    most = Math.max(most, await residentMegabytes(pid));
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

function pidOf({ controller }: LargeSite): number {
  if (controller.pid === undefined) throw new Error('the controller does not run');
  return controller.pid;
}

async function isActive({ client }: LargeSite): Promise<boolean> {
  const down = unwrap(await client.ports.list({ status: 'DOWN', device_owner: '', fields: 'id', limit: 1 }));
  return down.length === 0;
}
