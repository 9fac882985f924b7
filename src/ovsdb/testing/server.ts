import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../base/index.ts';
import { type Endpoint, formatEndpoint } from '../endpoint.ts';
import type { TlsFiles } from '../tls.ts';
import { makeCertificates } from './certificates.ts';
import { type Daemon, run, startDaemon } from './processes.ts';

/** An *.ovsschema file, or the schema itself. */
export type SchemaSource = string | (Readonly<Record<string, unknown>> & { readonly name: string });

/** The schema that an ovsdb-server serves, and where it listens. */
export interface ServerOptions {
  readonly schema: SchemaSource;
  /** Also listen on TCP and TLS, on free ports of [::1]. Default: a unix socket only. */
  readonly tcp?: boolean;
  readonly ssl?: boolean;
  /** More arguments for ovsdb-server. */
  readonly args?: readonly string[];
}

/** A real ovsdb-server with one database, in a directory of its own. */
export interface TestServer {
  readonly directory: string;
  readonly unix: Endpoint;
  /** Where it listens if `tcp` and `ssl` were asked for. */
  readonly tcp: Endpoint;
  readonly ssl: Endpoint;
  /** A client's credentials for `ssl`; made when the server listens there. */
  readonly certificates: TlsFiles | undefined;
  /** Starts it again, on the same database and ports. */
  start(): Promise<void>;
  /** Ends it at once, as a power failure would. */
  kill(): Promise<void>;
  /** While it doesn't run: replaces the database by an empty one, with another schema if given. */
  erase(schema?: SchemaSource): Promise<void>;
  /** While it runs: converts the database to another schema. */
  convert(schema: SchemaSource): Promise<void>;
  /** Runs `ovs-appctl` on it. */
  control(...args: string[]): Promise<string>;
  /** Ends it and removes the directory. */
  stop(): Promise<void>;
}

/** Starts an ovsdb-server on a new, empty database of the schema. */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'ovsdb-'));
  const certificates = options.ssl ? await makeCertificates(directory) : undefined;
  const ports = { tcp: await freePort(), ssl: await freePort() };
  const server = new Server({ directory, options, certificates, ports });
  await server.erase();
  await server.start();
  return server;
}

/** Writes the schema where ovsdb-tool can read it, and returns the path. */
export async function schemaFile(directory: string, schema: SchemaSource): Promise<string> {
  if (typeof schema === 'string') return schema;
  const path = join(directory, `${schema.name}.ovsschema`);
  await writeFile(path, JSON.stringify(schema));
  return path;
}

interface ServerSetup {
  readonly directory: string;
  readonly options: ServerOptions;
  readonly certificates: TlsFiles | undefined;
  readonly ports: { readonly tcp: number; readonly ssl: number };
}

class Server implements TestServer {
  readonly directory: string;
  readonly unix: Endpoint;
  readonly tcp: Endpoint & { readonly kind: 'tcp' };
  readonly ssl: Endpoint & { readonly kind: 'ssl' };
  readonly certificates: TlsFiles | undefined;
  readonly #options: ServerOptions;
  #daemon: Daemon | undefined;

  constructor({ directory, options, certificates, ports }: ServerSetup) {
    this.directory = directory;
    this.unix = { kind: 'unix', path: join(directory, 'db.sock') };
    this.tcp = { kind: 'tcp', host: '::1', port: ports.tcp };
    this.ssl = { kind: 'ssl', host: '::1', port: ports.ssl };
    this.certificates = certificates;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { directory } = this;
    const daemon = startDaemon(
      'ovsdb-server',
      [
        `--remote=punix:${directory}/db.sock`,
        `--unixctl=${directory}/ctl`,
        '-vconsole:info',
        '-vsyslog:off',
        '-vfile:off',
        ...this.#networkArguments(),
        ...(this.#options.args ?? []),
        this.#database,
      ],
      { OVS_RUNDIR: directory, OVS_LOGDIR: directory, OVS_DBDIR: directory },
    );
    this.#daemon = daemon;
    await this.#untilReady(daemon);
  }

  async kill(): Promise<void> {
    await this.#daemon?.kill('SIGKILL');
  }

  async erase(schema: SchemaSource = this.#options.schema): Promise<void> {
    await rm(this.#database, { force: true });
    await run('ovsdb-tool', ['create', this.#database, await schemaFile(this.directory, schema)]);
  }

  async convert(schema: SchemaSource): Promise<void> {
    await run('ovsdb-client', ['convert', formatEndpoint(this.unix), await schemaFile(this.directory, schema)]);
  }

  control(...args: string[]): Promise<string> {
    return run('ovs-appctl', ['-t', join(this.directory, 'ctl'), ...args]);
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  get #database(): string {
    return join(this.directory, 'database');
  }

  #networkArguments(): string[] {
    const { tcp, ssl } = this.#options;
    const files = this.certificates;
    return [
      ...(tcp ? [`--remote=ptcp:${this.tcp.port}:[::1]`] : []),
      ...(ssl ? [`--remote=pssl:${this.ssl.port}:[::1]`] : []),
      ...(files
        ? [`--private-key=${files.privateKey}`, `--certificate=${files.certificate}`, `--ca-cert=${files.ca}`]
        : []),
    ];
  }

  /** The control socket answers once the database is open and the remotes listen. */
  async #untilReady(daemon: Daemon): Promise<void> {
    await waitFor(`ovsdb-server in ${this.directory}: ${daemon.log()}`, async () => {
      if (!daemon.running()) throw new Error(`ovsdb-server has ended: ${daemon.log()}`);
      return (await this.control('ovsdb-server/list-dbs')) !== '';
    });
  }
}

/** A port of [::1] that no process listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen({ host: '::1', port: 0 });
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
