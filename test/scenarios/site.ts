import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { type Log, type Milliseconds, milliseconds, silentLog, waitFor } from '../../src/base/index.ts';
import { type Client, createClient, unwrap } from '../../src/client/index.ts';
import { type Controller, controllerProgram, startController } from '../../src/controller/index.ts';
import { agentToken, feedHeaders, feedPath } from '../../src/feed/index.ts';
import { readOptions } from '../../src/options/index.ts';
import { northbound } from '../../src/ovn/index.ts';
import { type Database, type Endpoint, formatEndpoint, openDatabase } from '../../src/ovsdb/index.ts';
import { type Daemon, startDaemon, startServer, type TestServer } from '../../src/ovsdb/testing/index.ts';

const schemas = { nb: '/usr/share/ovn/ovn-nb.ovsschema', sb: '/usr/share/ovn/ovn-sb.ovsschema' };

/** A controller over a real OVN central, without hosts, and the eyes that a test needs. */
export interface Site {
  readonly api: Client;
  readonly nb: TestServer;
  readonly sb: TestServer;
  readonly controller: Controller;
  /** The answer of `/healthcheck`: its status, and why each failing part fails. */
  health(): Promise<Health>;
  /** The status of a host's request for the feed without an upgrade: 426 when the host may have a session. */
  feedStatus(): Promise<number>;
  /** NB as any client sees it. */
  readonly watcher: Database<northbound.Tables>;
  /** The whole of NB, without what northd and the connection settings put there: table -> rows by name. */
  dump(): Dump;
  /** Resolves when the predicate holds of NB. */
  seeNorthbound(what: string, holds: () => boolean, within?: Milliseconds): Promise<void>;
  /** Resolves when nothing is left to do; the operations that it took since the last time. */
  settle(): Promise<number>;
  /** Ends the controller in order and starts another, on the same store unless told otherwise. */
  restart(options?: RestartOptions): Promise<void>;
  /** Starts another controller on the same NB, beside the first. The site's end is its end. */
  startBeside(options: RestartOptions): Promise<Pick<Site, 'health'>>;
  close(): Promise<void>;
}

/** The answer of `/healthcheck`: its status, and a reason for each check that fails. */
export interface Health {
  readonly status: number;
  readonly reasons: Readonly<Record<string, string>>;
}

/** The rows of NB by table and by name, without empty columns. */
export type Dump = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** The parts of a site that a scenario wants different. */
export interface SiteOptions {
  /** Default: true. Without it, status never comes. */
  readonly northd?: boolean;
  /** Where the controller finds NB, if not at the server itself. */
  readonly northbound?: (server: Endpoint) => Promise<Endpoint>;
}

/** The changes with which the controller comes back. */
export interface RestartOptions {
  readonly northbound?: Endpoint;
  /** The name of the SQLite file, in the site's folder. */
  readonly store?: string;
  readonly adoptNorthbound?: boolean;
  readonly log?: Log;
}

/** Runs the body with a site of its own. */
export async function withSite(options: SiteOptions, body: (site: Site) => Promise<void>): Promise<void> {
  const site = await openSite(options);
  try {
    await body(site);
  } finally {
    await site.close();
  }
}

async function openSite(options: SiteOptions): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'site-'));
  const [nb, sb] = [await startServer({ schema: schemas.nb }), await startServer({ schema: schemas.sb })];
  const northd = options.northd === false ? undefined : startNorthd(directory, nb, sb);
  const socket = join(directory, 'api.sock');
  const start = (endpoint: Endpoint, restart: RestartOptions = {}) =>
    startAt({ directory, socket, nb: endpoint, sb: sb.unix, ...restart });
  let controller = await start((await options.northbound?.(nb.unix)) ?? nb.unix);
  const others: Controller[] = [];
  let operations = 0;
  const api = createClient({ endpoint: `unix:${socket}` });
  const watcher = openDatabase({ schema: northbound.schema, endpoints: [nb.unix], select: everything });
  await watcher.synchronised();
  return {
    api,
    nb,
    sb,
    get controller() {
      return controller;
    },
    health: () => healthAt(socket),
    feedStatus: () => feedStatusAt(socket),
    watcher: watcher as Database<northbound.Tables>,
    dump: () => dumpOf(watcher as Database<northbound.Tables>),
    async seeNorthbound(what, holds, within = milliseconds(10_000)) {
      await waitFor(what, () => watcher.replica.complete && holds(), { within });
    },
    async settle() {
      await waitFor('the outbox to be empty', () => controller.loops.progress().outboxDepth === 0);
      await controller.loops.idle();
      const before = operations;
      operations = controller.loops.progress().northbound.operations;
      return operations - before;
    },
    async restart({ northbound: endpoint = nb.unix, ...more } = {}) {
      await controller.stop();
      operations = 0;
      controller = await start(endpoint, more);
    },
    async startBeside({ northbound: endpoint = nb.unix, ...more }) {
      const beside = join(directory, `api-${others.length}.sock`);
      others.push(await startAt({ directory, nb: endpoint, sb: sb.unix, ...more, socket: beside }));
      return { health: () => healthAt(beside) };
    },
    async close() {
      await api.close();
      await Promise.all([controller, ...others].map((one) => one.stop()));
      await watcher.close();
      await northd?.kill('SIGKILL');
      await Promise.all([nb.stop(), sb.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface Place extends RestartOptions {
  readonly directory: string;
  readonly socket: string;
  readonly nb: Endpoint;
  readonly sb: Endpoint;
}

async function startAt(place: Place): Promise<Controller> {
  const { directory, socket, nb, sb, store = 'sextant.db', adoptNorthbound = false, log = silentLog } = place;
  const agentSecretFile = join(directory, 'agent-secret');
  await writeFile(agentSecretFile, agentSecret);
  const options = await readOptions(controllerProgram, [
    ...['--listen', `unix:${socket}`, '--agent-secret-file', agentSecretFile, '--log-level', 'silent'],
    ...['--database', `sqlite:${join(directory, store)}`, '--nb', formatEndpoint(nb), '--sb', formatEndpoint(sb)],
    ...(adoptNorthbound ? ['--adopt-nb'] : []),
  ]);
  if (!options.ok) throw new Error(JSON.stringify(options.error));
  return startController(options.value, { log });
}

const agentSecret = 'a secret of agents';

async function feedStatusAt(socket: string): Promise<number> {
  const dispatcher = new Agent({ connect: { socketPath: socket } });
  try {
    const headers = feedHeaders('h1', agentToken(agentSecret, 'h1'));
    const { statusCode, body } = await request(`http://controller${feedPath}`, { dispatcher, headers });
    await body.dump();
    return statusCode;
  } finally {
    await dispatcher.close();
  }
}

/** Asks for the health of the controller that serves at a unix socket. */
export async function healthAt(socket: string): Promise<Health> {
  const dispatcher = new Agent({ connect: { socketPath: socket } });
  try {
    const { statusCode: status, body } = await request('http://controller/healthcheck', { dispatcher });
    const { reasons = {} } = (await body.json()) as Partial<Health>;
    return { status, reasons };
  } finally {
    await dispatcher.close();
  }
}

function startNorthd(directory: string, nb: TestServer, sb: TestServer): Daemon {
  const databases = [`--ovnnb-db=${formatEndpoint(nb.unix)}`, `--ovnsb-db=${formatEndpoint(sb.unix)}`];
  const control = `--unixctl=${join(directory, 'northd.ctl')}`;
  return startDaemon('ovn-northd', [...databases, control, '-vsyslog:off'], { OVN_RUNDIR: directory });
}

const everything = Object.fromEntries(
  Object.keys(northbound.schema.tables).map((table) => [table, { columns: 'all' }]),
) as { readonly [T in keyof northbound.Tables]: { readonly columns: 'all' } };

/** Theirs to write: northd's options and counters, and where the server listens. */
const notOurs: readonly string[] = ['NB_Global', 'Connection', 'SSL'];

function dumpOf(watcher: Database<northbound.Tables>): Dump {
  const dump: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const name of Object.keys(everything) as (keyof northbound.Tables)[]) {
    if (notOurs.includes(name)) continue;
    const rows = [...watcher.replica.table(name).rows()].map((row) => [row._uuid, withoutDefaults(row)] as const);
    if (rows.length > 0) dump[name] = Object.fromEntries(rows);
  }
  return dump;
}

/** Leaves out empty columns, and sorts sets, which have no order. */
function withoutDefaults(row: object): Record<string, unknown> {
  const columns = Object.entries(row).filter(([column, value]) => column !== '_uuid' && !isEmpty(value));
  return Object.fromEntries(
    columns.map(([column, value]) => [column, Array.isArray(value) ? [...value].sort() : value]),
  );
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** A controller in a process of its own, so that it can be killed. */
export interface ControllerProcess {
  readonly api: Client;
  /** Its standard error so far. */
  log(): string;
  /** Undefined while it runs, and after a signal. */
  exitStatus(): number | undefined;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** A store's folder and OVN's databases, for controllers that come and go. */
export interface Ground {
  readonly nb: TestServer;
  readonly sb: TestServer;
  readonly database: string;
  /** Runs `bin/controller.ts`, under a command if one is given, and waits until it answers. */
  startController(under?: readonly string[]): Promise<ControllerProcess>;
}

/** Runs the body, and ends whatever it left running. Default database: an SQLite file. */
export async function withGround(
  { database }: { readonly database?: string },
  body: (ground: Ground) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'site-'));
  const [nb, sb] = [await startServer({ schema: schemas.nb }), await startServer({ schema: schemas.sb })];
  const url = database ?? `sqlite:${join(directory, 'sextant.db')}`;
  const started: ControllerProcess[] = [];
  try {
    await body({
      nb,
      sb,
      database: url,
      async startController(under = []) {
        const socket = join(directory, `api-${started.length}.sock`);
        const controller = startProcess([...under, ...controllerCommand(socket, url, nb.unix, sb.unix)], socket);
        started.push(controller);
        const patience = { within: milliseconds(30_000) };
        await waitFor('the controller to answer', async () => unwrap(await controller.api.networks.list()), patience);
        return controller;
      },
    });
  } finally {
    await Promise.all(started.map((controller) => controller.kill('SIGKILL')));
    await Promise.all([nb.stop(), sb.stop()]);
    await rm(directory, { recursive: true, force: true });
  }
}

function controllerCommand(socket: string, database: string, nb: Endpoint, sb: Endpoint): readonly string[] {
  return [
    ...[process.execPath, join(import.meta.dirname, '../../bin/controller.ts')],
    ...['--listen', `unix:${socket}`, '--database', database, '--log-level', 'warn'],
    ...['--nb', formatEndpoint(nb), '--sb', formatEndpoint(sb)],
  ];
}

function startProcess([program = '', ...args]: readonly string[], socket: string): ControllerProcess {
  const daemon = startDaemon(program, args, {});
  const api = createClient({ endpoint: `unix:${socket}` });
  let isGone = false;
  return {
    api,
    log: daemon.log,
    exitStatus: daemon.exitStatus,
    async kill(signal) {
      if (isGone) return;
      isGone = true;
      await daemon.kill(signal);
      await api.close();
    },
  };
}
