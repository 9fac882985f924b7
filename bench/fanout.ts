import { unwrap } from '../src/client/index.ts';
import type { Bench } from './figure.ts';
import { expectNoLoss, joinedHosts, paceOf, patience, withoutFailures } from './joined-hosts.ts';
import type { LargeSite } from './large-site.ts';
import type { PaceResult } from './load/job.ts';

/** How long changes of one subnet take to reach all its hosts, and what readers wait meanwhile. In milliseconds. */
export interface Fanout {
  /** Of each change: from the request until the last of the network's 1,000 ports was told to its host. */
  readonly times: readonly number[];
  /** GETs of single ports by another process meanwhile, 100 a second. */
  readonly reads: PaceResult;
}

const changes = 10;

const measured = new WeakMap<LargeSite, Promise<Fanout>>();

/** Changes a subnet that has ports on 500 hosts, again and again, with 1,000 hosts joined. */
export async function fanout(bench: Bench): Promise<Fanout> {
  const site = await bench.largeSite();
  const known = measured.get(site) ?? measure(bench);
  measured.set(site, known);
  return await known;
}

async function measure(bench: Bench): Promise<Fanout> {
  const { site, hosts } = await joinedHosts(bench);
  const [network] = site.networks;
  const ports = site.hosts.flatMap(({ portIds }) => portIds).length / site.networks.length;
  const times: number[] = [];
  const pace = await paceOf(site);
  for (let change = 1; change <= changes; change += 1) {
    await hosts.countAnew();
    const start = Date.now();
    const nameserver = `2001:db8:53::${change}`;
    unwrap(await site.client.subnets.update(network?.ipv6SubnetId ?? '', { dns_nameservers: [nameserver] }));
    const state = await hosts.waitFor('every port to be told', ({ told }) => told >= ports, patience);
    expectNoLoss(state);
    times.push(state.lastToldAt - start);
  }
  return { times, reads: withoutFailures(await pace.stop()) };
}
