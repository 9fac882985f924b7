import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { createClient, unwrap } from '../../src/client/index.ts';
import { agentToken } from '../../src/feed/index.ts';
import { daemon, listens, type Supervision } from './daemon.ts';
import type { Host, Lab, Service, Sextant, SextantOptions } from './types.ts';
import { enter } from './underlay.ts';

const program = (name: string): readonly string[] => [process.execPath, join(import.meta.dirname, '../../bin', name)];

/** Starts the controller and one agent on each host of the lab, and waits until all of them serve. */
export async function startSextant(lab: Lab, options: SextantOptions = {}): Promise<Sextant> {
  const secret = await ensureAgentSecret(lab.directory);
  const controller =
    options.controller === undefined
      ? createController({
          ...options,
          directory: lab.directory,
          northbound: lab.central.northbound,
          southbound: lab.central.southbound,
        })
      : undefined;
  const agents = new Map<string, Service>();
  const stop = async (): Promise<void> => {
    await Promise.all([...agents.values()].map((agent) => agent.stop()));
    await controller?.stop();
  };
  try {
    await controller?.start();
    const endpoint = options.controller ?? controllerEndpoint(lab.directory);
    for (const host of lab.hosts)
      agents.set(host.name, await createAgent(lab, host, { endpoint, secret, logLevel: options.logLevel }));
    await Promise.all([...agents.values()].map((agent) => agent.start()));
    await seeAgents(endpoint, [...agents.keys()]);
    return { endpoint, controller, agents, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves when the API knows an agent on each host: until then, no port can be bound there. Of several controllers one is asked. */
async function seeAgents(endpoints: string, hosts: readonly string[]): Promise<void> {
  const [endpoint = endpoints] = endpoints.split(',');
  const api = createClient({ endpoint });
  const isKnown = async () => {
    const known = new Set(unwrap(await api.agents.list()).map(({ host }) => host));
    return hosts.every((host) => known.has(host));
  };
  try {
    await waitFor('an agent of each host', isKnown, { within: milliseconds(20_000), every: milliseconds(20) });
  } finally {
    await api.close();
  }
}

/** The secret that a lab's agent tokens come from; the first caller makes it. */
export async function ensureAgentSecret(labDirectory: string): Promise<string> {
  await mkdir(join(labDirectory, 'sextant'), { recursive: true });
  const file = secretFile(labDirectory);
  const secret = randomBytes(32).toString('hex');
  await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return (await readFile(file, 'utf8')).trim();
}

function secretFile(labDirectory: string): string {
  return join(labDirectory, 'sextant', 'agent-secret');
}

interface AgentsOptions {
  readonly endpoint: string;
  readonly secret: string;
  readonly logLevel?: string | undefined;
}

/** Where the controller of a lab serves; processes on both sides of the namespace agree on it. */
export function controllerEndpoint(labDirectory: string): string {
  return `unix:${controllerSocket(labDirectory)}`;
}

/** The unix socket on which the lab's controller serves the API. */
export function controllerSocket(labDirectory: string): string {
  return join(labDirectory, 'sextant', 'controller.sock');
}

/** The lab that the controller works for, and whether it is started again when it ends by itself. */
export interface ControllerOptions extends SextantOptions {
  /** The lab's. */
  readonly directory: string;
  readonly northbound: string;
  readonly southbound: string;
  /** Starts it again when it ends by itself, as it does when its disk fails. Default: not. */
  readonly supervision?: Supervision;
}

/** A controller for a lab, in whatever namespace the caller is in. */
export function createController(options: ControllerOptions): Service {
  const { directory, northbound, southbound, listen = [], logLevel = 'info', reportDirectory, supervision } = options;
  const { database = `sqlite:${join(directory, 'sextant', 'sextant.db')}` } = options;
  const socket = controllerSocket(directory);
  return daemon({
    name: 'controller',
    command: [
      ...program('controller.ts'),
      // The socket comes last: it is what tells that all of them are bound.
      ...[...listen, `unix:${socket}`].flatMap((address) => ['--listen', address]),
      ...['--database', database, '--nb', northbound, '--sb', southbound],
      ...['--auth', 'noauth', '--agent-secret-file', secretFile(directory), '--log-level', logLevel],
      ...(reportDirectory === undefined ? [] : ['--report-dir', reportDirectory]),
    ],
    logFile: join(directory, 'sextant', 'controller.log'),
    supervision,
    ready: () => listens(socket),
  });
}

/** The unix socket on which the agent of a host serves its metrics. */
export function agentMetricsSocket(labDirectory: string, hostName: string): string {
  return join(labDirectory, 'sextant', hostName, 'metrics.sock');
}

async function createAgent(lab: Lab, host: Host, { endpoint, secret, logLevel }: AgentsOptions): Promise<Service> {
  const directory = join(lab.directory, 'sextant', host.name);
  await mkdir(directory, { recursive: true });
  const tokenFile = join(directory, 'token');
  await writeFile(tokenFile, `${agentToken(secret, host.name)}\n`, { mode: 0o600 });
  return daemon({
    name: `agent ${host.name}`,
    command: [
      ...enter(host.netns),
      ...program('agent.ts'),
      ...['--host', host.name, '--ovsdb', host.ovsdb, '--bridge', 'br-hop', '--integration-bridge', 'br-int'],
      ...['--controller', endpoint, '--state-dir', directory, '--token-file', tokenFile],
      ...['--metrics', agentMetricsSocket(lab.directory, host.name), '--log-level', logLevel ?? 'info'],
    ],
    env: { OVS_RUNDIR: host.directory },
    logFile: join(directory, 'agent.log'),
    ready: () => listens(join(host.directory, 'br-hop.mgmt')),
  });
}
