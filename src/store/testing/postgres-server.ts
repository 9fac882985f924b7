import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { milliseconds, waitFor } from '../../base/index.ts';

const run = promisify(execFile);

/** The one role that has to give its password, once it was created. */
export const guardedRole = 'guarded';

/** A PostgreSQL server of the test's own, which it can crash, end, start and freeze. */
export interface PostgresServer {
  /** Makes an empty database, in a folder of its own if one is named, and returns the URL to open it by. */
  createDatabase(folder?: string): Promise<string>;
  /** Ends the server at once, as a power cut would, and starts it again on the same files. */
  crash(): Promise<void>;
  /** Ends the server: SIGINT as `pg_ctl stop -m fast` does, SIGQUIT as `-m immediate`, SIGKILL as no one should. */
  end(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  /** Starts it again, after `end`. */
  start(): Promise<void>;
  /** Holds all its processes, so that nothing answers and nothing breaks; or lets them go on. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Changes settings, as `alter system set` does, and has the server read them. */
  set(settings: Readonly<Record<string, string>>): Promise<void>;
  /** Runs a statement as the superuser. */
  run(statement: string): Promise<void>;
  /** Ends single connections: those of the database that `url` names, whichever `where` in pg_stat_activity says. */
  terminateBackends(url: string, where?: string): Promise<void>;
  /** Connections to the database that `url` names. */
  countBackends(url: string): Promise<number>;
  stop(): Promise<void>;
}

/** The folder of PostgreSQL's server programs; undefined when it is not installed. Debian keeps them out of PATH. */
export function findPostgres(): string | undefined {
  const folders = globSync('/usr/lib/postgresql/*/bin/initdb').map((path) => path.replace(/\/initdb$/, ''));
  return folders.sort().at(-1);
}

/** Starts a server of its own with flushing on, reachable by a unix socket in its own folder only. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-pg-'));
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  const [initdb, ...initdbArguments] = asOrdinaryUser(`${programs}/initdb`);
  await run(initdb, [...initdbArguments, '-D', data, '-U', 'sextant', '-A', 'trust', '-E', 'UTF8', '--locale=C']);
  await writeFile(join(data, 'pg_hba.conf'), `local all ${guardedRole} scram-sha-256\nlocal all all trust\n`);
  const spawnServer = () => {
    const [program, ...programArguments] = asOrdinaryUser(`${programs}/postgres`);
    const settings = ['-c', 'listen_addresses=', '-c', 'fsync=on', '-c', 'shared_buffers=16MB'];
    return spawn(program, [...programArguments, '-D', data, '-k', folder, ...settings], { stdio: 'ignore' });
  };
  let server = spawnServer();
  /** A server that was killed leaves processes and memory: while those go, a new one refuses to start. */
  const isAnswering = async () => {
    if (server.exitCode !== null) server = spawnServer();
    await query(folder, 'select 1');
    return true;
  };
  const seeAnswering = () => waitFor('PostgreSQL to answer', isAnswering, { within: milliseconds(30_000) });
  await seeAnswering();
  const end = async (signal: NodeJS.Signals) => {
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  const start = async () => {
    server = spawnServer();
    await seeAnswering();
  };
  let databases = 0;
  return {
    async createDatabase(place) {
      databases += 1;
      const name = `store_${databases}`;
      if (place !== undefined) await query(folder, `create tablespace ${name} location '${place}'`);
      await query(folder, `create database ${name} ${place === undefined ? '' : `tablespace ${name}`}`);
      return `postgres://sextant@/${name}?host=${encodeURIComponent(folder)}`;
    },
    async crash() {
      await end('SIGQUIT');
      await start();
    },
    end,
    start,
    freeze: () => signalAll(data, 'SIGSTOP'),
    thaw: () => signalAll(data, 'SIGCONT'),
    async set(settings) {
      for (const [name, value] of Object.entries(settings)) await query(folder, `alter system set ${name} = ${value}`);
      await query(folder, 'select pg_reload_conf()');
    },
    run: async (statement) => void (await query(folder, statement)),
    async terminateBackends(url, where = 'true') {
      await query(folder, `select pg_terminate_backend(pid) ${backendsOf(url)} and (${where})`);
    },
    countBackends: async (url) => (await query(folder, `select 1 ${backendsOf(url)}`)).length,
    async stop() {
      await end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The postmaster is held first and goes on last: meanwhile it starts no process, and none that ends vanishes. */
async function signalAll(data: string, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  const postmaster = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(postmaster, 'SIGSTOP');
  const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
  for (const child of children.trim().split(' ')) process.kill(Number(child), signal);
  process.kill(postmaster, signal);
}

/** PostgreSQL refuses to run as root, which inside a user namespace is what everybody is. */
function asOrdinaryUser(program: string): [string, ...string[]] {
  if (process.getuid?.() !== 0) return [program];
  return ['unshare', '-U', '--map-user=1000', '--map-group=1000', program];
}

function backendsOf(url: string): string {
  const database = new URL(url.replace('@/', '@localhost/')).pathname.slice(1);
  return `from pg_stat_activity where datname = '${database}'`;
}

async function query(folder: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ host: folder, user: 'sextant', database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
