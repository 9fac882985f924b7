import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { daemon, listens, runOrThrow } from '../../gaps/lab/index.ts';

/** A real Keystone on MariaDB, with its administrator `admin` of the project `admin`. */
export interface Keystone {
  /** `http://127.0.0.1:5000`, without a version. */
  readonly url: string;
  readonly adminPassword: string;
  stop(): Promise<void>;
}

const url = 'http://127.0.0.1:5000';
const adminPassword = 'administrator';

/** Debian's programs are written for Debian's Python, before which others may stand in the path. */
export const debianPath = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' };

/** Starts both, and makes the administrator. It takes some twenty seconds, most of them for Keystone's tables. */
export async function startKeystone(folder: string): Promise<Keystone> {
  const database = await startDatabase(folder);
  const config = join(folder, 'keystone.conf');
  for (const part of ['fernet', 'credential']) await mkdir(join(folder, part), { recursive: true, mode: 0o700 });
  await writeFile(config, configuration(folder, database.socket));
  const manage = (...command: readonly string[]) =>
    runOrThrow(['keystone-manage', '--config-file', config, ...command], {
      env: debianPath,
      timeoutMilliseconds: 120_000,
    });
  await manage('fernet_setup', '--keystone-user', 'root', '--keystone-group', 'root');
  await manage('db_sync');
  const endpoints = ['public', 'internal', 'admin'].flatMap((kind) => [`--bootstrap-${kind}-url`, `${url}/v3`]);
  await manage('bootstrap', '--bootstrap-password', adminPassword, '--bootstrap-region-id', 'RegionOne', ...endpoints);
  const server = keystoneServer(folder, config);
  await server.start();
  return {
    url,
    adminPassword,
    async stop() {
      await server.stop();
      await database.stop();
    },
  };
}

async function startDatabase(folder: string): Promise<{ readonly socket: string; stop(): Promise<void> }> {
  const [data, socket] = [join(folder, 'mariadb'), join(folder, 'mariadb.sock')];
  const common = ['--no-defaults', '--user=root', `--datadir=${data}`];
  const install = ['--auth-root-authentication-method=normal', '--skip-test-db'];
  await runOrThrow(['mariadb-install-db', ...common, ...install], { env: debianPath, timeoutMilliseconds: 120_000 });
  const server = daemon({
    name: 'mariadb',
    // What this database holds is worth nothing after a power cut.
    command: ['mariadbd', ...common, `--socket=${socket}`, '--skip-networking', '--innodb-flush-log-at-trx-commit=0'],
    env: debianPath,
    logFile: join(folder, 'mariadb.log'),
    ready: () => listens(socket),
    readyWithinMilliseconds: 60_000,
  });
  await server.start();
  await runOrThrow(['mariadb', '--no-defaults', `--socket=${socket}`, '-e', 'create database keystone'], {
    env: debianPath,
  });
  return { socket, stop: () => server.stop() };
}

function configuration(folder: string, socket: string): string {
  return `[DEFAULT]
log_file = ${folder}/keystone.log
[database]
connection = mysql+pymysql://root@localhost/keystone?unix_socket=${socket}
[fernet_tokens]
key_repository = ${folder}/fernet
[fernet_receipts]
key_repository = ${folder}/fernet
[credential]
key_repository = ${folder}/credential
[cache]
enabled = true
backend = dogpile.cache.memory
`;
}

function keystoneServer(folder: string, config: string) {
  const workers = ['--master', '--processes', '2', '--threads', '2', '--lazy-apps', '--die-on-term'];
  const program = ['--plugin', 'python3', '--wsgi-file', '/usr/bin/keystone-wsgi-public'];
  return daemon({
    name: 'keystone',
    command: ['uwsgi', '--http-socket', new URL(url).host, ...program, ...workers],
    env: { ...debianPath, OS_KEYSTONE_CONFIG_FILES: config },
    logFile: join(folder, 'uwsgi.log'),
    ready: async () => (await fetch(`${url}/v3`).catch(() => undefined))?.ok === true,
    readyWithinMilliseconds: 120_000,
  });
}
