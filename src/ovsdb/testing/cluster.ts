import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { milliseconds, waitFor } from '../../base/index.ts';
import type { Endpoint } from '../endpoint.ts';
import { type Daemon, run, startDaemon } from './processes.ts';
import { type SchemaSource, schemaFile } from './server.ts';

/** One server of a RAFT cluster. */
export interface ClusterMember {
  readonly endpoint: Endpoint;
  readonly running: () => boolean;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Hands leadership to another member, as a server does before it compacts. */
  resign(): Promise<void>;
}

/** A RAFT cluster of real ovsdb-servers, on unix sockets. */
export interface TestCluster {
  readonly members: readonly ClusterMember[];
  /** The running member that leads, when there is one. */
  findLeader(): Promise<ClusterMember | undefined>;
  /** Waits until a member leads and returns it. */
  leader(): Promise<ClusterMember>;
  stop(): Promise<void>;
}

/** Creates a database on the first member and lets the others join. */
export async function startCluster(schema: SchemaSource, size = 3): Promise<TestCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'raft-'));
  const path = await schemaFile(directory, schema);
  const name = (await run('ovsdb-tool', ['schema-name', path])).trim();
  const members = Array.from({ length: size }, (_, index) => new Member(directory, index, name));
  const [first, ...others] = members;
  if (!first) throw new Error('a cluster has at least one member');
  await run('ovsdb-tool', ['create-cluster', first.database, path, first.raft]);
  for (const other of others) {
    await run('ovsdb-tool', ['join-cluster', other.database, name, other.raft, first.raft]);
  }
  for (const member of members) await member.start();
  return new Cluster(directory, members);
}

class Cluster implements TestCluster {
  readonly members: readonly Member[];
  readonly #directory: string;

  constructor(directory: string, members: readonly Member[]) {
    this.#directory = directory;
    this.members = members;
  }

  async findLeader(): Promise<ClusterMember | undefined> {
    for (const member of this.members) if (await member.leads()) return member;
    return undefined;
  }

  leader(): Promise<ClusterMember> {
    return waitFor('a leader of the cluster', () => this.findLeader(), { within: milliseconds(30_000) });
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
    await rm(this.#directory, { recursive: true, force: true });
  }
}

class Member implements ClusterMember {
  readonly endpoint: Endpoint;
  readonly database: string;
  readonly raft: string;
  readonly #base: string;
  readonly #name: string;
  #daemon: Daemon | undefined;

  constructor(directory: string, index: number, name: string) {
    this.#base = join(directory, `s${index}`);
    this.#name = name;
    this.endpoint = { kind: 'unix', path: `${this.#base}.sock` };
    this.database = `${this.#base}.db`;
    this.raft = `unix:${this.#base}.raft`;
  }

  running(): boolean {
    return this.#daemon?.running() ?? false;
  }

  /** Waits until the member has joined: it serves the database then. */
  async start(): Promise<void> {
    const args = [`--remote=punix:${this.#base}.sock`, `--unixctl=${this.#base}.ctl`, '-vconsole:warn', '-vsyslog:off'];
    const env = { OVS_RUNDIR: this.#base };
    const daemon = startDaemon('ovsdb-server', [...args, '-vfile:off', this.database], env);
    this.#daemon = daemon;
    await waitFor(`member ${this.#base}`, async () => {
      if (!daemon.running()) throw new Error(`ovsdb-server has ended: ${daemon.log()}`);
      return /Status: cluster member/.test(await this.#status());
    });
  }

  async kill(): Promise<void> {
    await this.#daemon?.kill('SIGKILL');
  }

  async resign(): Promise<void> {
    await run('ovs-appctl', ['-t', `${this.#base}.ctl`, 'cluster/failure-test', 'transfer-leadership']);
  }

  async leads(): Promise<boolean> {
    return this.running() && /^Role: leader$/m.test(await this.#status());
  }

  #status(): Promise<string> {
    return run('ovs-appctl', ['-t', `${this.#base}.ctl`, 'cluster/status', this.#name]);
  }
}
