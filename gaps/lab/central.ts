import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { allOrThrow, runOrThrow } from './command.ts';
import { daemon, listens } from './daemon.ts';
import type { Central, Service } from './types.ts';

const schemas = { nb: '/usr/share/ovn/ovn-nb.ovsschema', sb: '/usr/share/ovn/ovn-sb.ovsschema' } as const;
type Database = keyof typeof schemas;

/** OVN's central part, with NB, SB and northd running. */
export interface RunningCentral extends Central {
  stop(): Promise<void>;
}

/** Starts NB, SB and northd with empty databases and this nice value, on unix sockets in the directory. */
export async function startCentral(directory: string, niceness: number): Promise<RunningCentral> {
  await mkdir(directory, { recursive: true });
  const servers = { nb: databaseServer(directory, 'nb', niceness), sb: databaseServer(directory, 'sb', niceness) };
  const northd = northdOf(directory, niceness);
  const endpoints = { northbound: endpoint(directory, 'nb'), southbound: endpoint(directory, 'sb') };
  const stop = async (): Promise<void> => {
    await Promise.all([northd, servers.nb, servers.sb].map((service) => service.stop('SIGKILL')));
  };
  try {
    await allOrThrow([startEmpty(directory, servers, 'nb'), startEmpty(directory, servers, 'sb')]);
    await northd.start();
    await runOrThrow(['ovn-nbctl', `--db=${endpoints.northbound}`, '--no-wait', 'init']);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...endpoints,
    nbctl: (...args) => runOrThrow(['ovn-nbctl', `--db=${endpoints.northbound}`, ...args]),
    sbctl: (...args) => runOrThrow(['ovn-sbctl', `--db=${endpoints.southbound}`, ...args]),
    killDatabase: (database) => servers[database].stop('SIGKILL'),
    startDatabase: (database, { empty = false } = {}) =>
      empty ? startEmpty(directory, servers, database) : startServer(directory, servers, database),
    services: { ...servers, northd },
    stop,
  };
}

function socketOf(directory: string, database: Database): string {
  return join(directory, `${database}.sock`);
}

function endpoint(directory: string, database: Database): string {
  return `unix:${socketOf(directory, database)}`;
}

function databaseServer(directory: string, database: Database, niceness: number): Service {
  return daemon({
    name: `ovsdb-server ${database}`,
    command: [
      'ovsdb-server',
      join(directory, `${database}.db`),
      `--remote=punix:${socketOf(directory, database)}`,
      `--unixctl=${join(directory, `${database}.ctl`)}`,
      '-vsyslog:off',
    ],
    logFile: join(directory, `${database}.log`),
    niceness,
    ready: () => listens(socketOf(directory, database)),
  });
}

function northdOf(directory: string, niceness: number): Service {
  const control = join(directory, 'northd.ctl');
  return daemon({
    name: 'ovn-northd',
    command: [
      'ovn-northd',
      `--ovnnb-db=${endpoint(directory, 'nb')}`,
      `--ovnsb-db=${endpoint(directory, 'sb')}`,
      `--unixctl=${control}`,
      '-vsyslog:off',
    ],
    env: { OVN_RUNDIR: directory },
    logFile: join(directory, 'northd.log'),
    niceness,
    ready: () => listens(control),
  });
}

type Servers = Readonly<Record<Database, Service>>;

async function startEmpty(directory: string, servers: Servers, database: Database): Promise<void> {
  const file = join(directory, `${database}.db`);
  await rm(file, { force: true });
  await runOrThrow(['ovsdb-tool', 'create', file, schemas[database]]);
  await startServer(directory, servers, database);
}

/** A server that was killed leaves its socket behind, which the next one must be able to make anew. */
async function startServer(directory: string, servers: Servers, database: Database): Promise<void> {
  if (servers[database].isRunning) return; // its socket is in use
  await rm(socketOf(directory, database), { force: true });
  await servers[database].start();
}
