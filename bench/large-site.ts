import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createController, ensureAgentSecret, type Service } from '../gaps/lab/index.ts';
import { type Client, createClient } from '../src/client/index.ts';
import { type SimulatedHostPlan, type SimulatedHosts, startSimulatedHosts } from '../src/hostbound/testing/index.ts';
import { formatEndpoint } from '../src/ovsdb/index.ts';
import { freePort, startServer, type TestServer } from '../src/ovsdb/testing/index.ts';
import { openDisk } from './disk.ts';
import { bindPorts } from './large-site-bindings.ts';
import type { LargeSiteOptions, SeededNetwork } from './large-site-parts.ts';
import { seedCloud } from './large-site-seed.ts';

/**
 * A real controller with a cloud of many hosts: the ports are made through the API, NB and SB are real servers. The rest stands
 * for other machines and is left out: there is no northd, SB is filled as northd and the chassis would, with every
 * port bound and up; the hosts are simulated.
 */
export interface LargeSite {
  readonly controller: Service;
  readonly client: Client;
  /** `http://host:port`, for the API and the feed. */
  readonly endpoint: string;
  readonly northbound: TestServer;
  readonly southbound: TestServer;
  readonly networks: readonly SeededNetwork[];
  readonly hosts: readonly SimulatedHostPlan[];
  /** A process for simulated hosts of this site, which ends with the site at the latest. None has joined yet. */
  simulateHosts(): SimulatedHosts;
  /** Once, however often it is called. */
  close(): Promise<void>;
}

const schemas = { northbound: '/usr/share/ovn/ovn-nb.ovsschema', southbound: '/usr/share/ovn/ovn-sb.ovsschema' };

/** Starts it and fills it, which takes about a minute for 100,000 ports. */
export async function openLargeSite(options: LargeSiteOptions): Promise<LargeSite> {
  const opened: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of opened.toReversed()) await close();
  };
  let closing: Promise<void> | undefined;
  try {
    const { controller, ...parts } = await start(options, opened);
    await controller.start();
    const { networks, ports } = await seedCloud(parts.client, options);
    await bindPorts(parts.southbound, ports);
    const ofHost = Map.groupBy(ports, ({ host }) => host);
    return {
      ...parts,
      controller,
      networks,
      hosts: [...ofHost].map(([name, its]) => ({ name, portIds: its.map(({ id }) => id) })),
      simulateHosts() {
        const simulated = startSimulatedHosts(parts);
        opened.push(() => simulated.close());
        return simulated;
      },
      close() {
        closing ??= closeAll();
        return closing;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function start({ database }: LargeSiteOptions, opened: (() => Promise<unknown>)[]) {
  const directory = await mkdtemp(join(tmpdir(), 'large-'));
  opened.push(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, 'sextant'), { recursive: true });
  const disk = await openDisk();
  opened.push(disk.remove);
  const northbound = await startServer({ schema: schemas.northbound });
  opened.push(() => northbound.stop());
  const southbound = await startServer({ schema: schemas.southbound });
  opened.push(() => southbound.stop());
  const address = `127.0.0.1:${await freePort()}`;
  const secret = await ensureAgentSecret(directory);
  const controller = createController({
    directory,
    northbound: formatEndpoint(northbound.unix),
    southbound: formatEndpoint(southbound.unix),
    listen: [address],
    logLevel: 'warn',
    database: database ?? `sqlite:${join(disk.path, 'sextant.db')}`,
  });
  opened.push(() => controller.stop());
  const endpoint = `http://${address}`;
  const client = createClient({ endpoint });
  opened.push(() => client.close());
  return { northbound, southbound, controller, endpoint, client, secret };
}
