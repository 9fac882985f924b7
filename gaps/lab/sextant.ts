import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentToken } from '../../src/feed/index.ts';
import { daemon, listens } from './daemon.ts';
import type { Host, Lab, Service, Sextant, SextantOptions } from './types.ts';
import { enter } from './underlay.ts';

const program = (name: string): readonly string[] => [process.execPath, join(import.meta.dirname, '../../bin', name)];

/** Starts the controller and one agent on each host of the lab, and waits until all of them serve. */
export async function startSextant(lab: Lab, options: SextantOptions = {}): Promise<Sextant> {
  const directory = join(lab.directory, 'sextant');
  await mkdir(directory, { recursive: true });
  const secret = randomBytes(32).toString('hex');
  await writeFile(join(directory, 'agent-secret'), `${secret}\n`, { mode: 0o600 });
  const controller = options.controller === undefined ? controllerService(controllerOf(lab, options)) : undefined;
  const endpoint = options.controller ?? `unix:${controllerSocket(lab.directory)}`;
  await controller?.start();
  const agents = await startAgents(lab, { endpoint, secret, logLevel: options.logLevel });
  return {
    endpoint,
    controller,
    agents,
    async stop() {
      await Promise.all([...agents.values()].map((agent) => agent.stop()));
      await controller?.stop();
    },
  };
}

export interface AgentsOptions {
  readonly endpoint: string;
  readonly secret: string;
  readonly logLevel?: string | undefined;
}

/** Starts an agent on each host; each has flows of its own on br-hop when this resolves. */
export async function startAgents(lab: Lab, options: AgentsOptions): Promise<ReadonlyMap<string, Service>> {
  const agents = await Promise.all(lab.hosts.map((host) => agentService(lab, host, options)));
  await Promise.all(agents.map((agent) => agent.start()));
  return new Map(lab.hosts.map((host, index) => [host.name, agents[index] as Service]));
}

/** Where the controller of a lab listens; the path is what processes on both sides of the namespace agree on. */
export function controllerSocket(labDirectory: string): string {
  return join(labDirectory, 'sextant', 'controller.sock');
}

export interface ControllerPlan {
  readonly directory: string;
  readonly northbound: string;
  readonly southbound: string;
  readonly database: string;
  readonly listen: readonly string[];
  readonly secretFile: string;
  readonly reportDirectory?: string | undefined;
  readonly logLevel?: string | undefined;
}

export function controllerService(plan: ControllerPlan): Service {
  const socket = controllerSocket(plan.directory);
  return daemon({
    name: 'controller',
    command: [
      ...program('controller.ts'),
      ...[`unix:${socket}`, ...plan.listen].flatMap((address) => ['--listen', address]),
      ...['--database', plan.database, '--nb', plan.northbound, '--sb', plan.southbound],
      ...['--auth', 'noauth', '--agent-secret-file', plan.secretFile, '--log-level', plan.logLevel ?? 'info'],
      ...(plan.reportDirectory === undefined ? [] : ['--report-dir', plan.reportDirectory]),
    ],
    logFile: join(plan.directory, 'sextant', 'controller.log'),
    ready: () => listens(socket),
  });
}

function controllerOf(lab: Lab, options: SextantOptions): ControllerPlan {
  return {
    directory: lab.directory,
    northbound: lab.central.northbound,
    southbound: lab.central.southbound,
    database: options.database ?? `sqlite:${join(lab.directory, 'sextant', 'sextant.db')}`,
    listen: options.listen ?? [],
    secretFile: join(lab.directory, 'sextant', 'agent-secret'),
    reportDirectory: options.reportDirectory,
    logLevel: options.logLevel,
  };
}

async function agentService(lab: Lab, host: Host, { endpoint, secret, logLevel }: AgentsOptions): Promise<Service> {
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
      ...['--log-level', logLevel ?? 'info'],
    ],
    env: { OVS_RUNDIR: host.directory },
    logFile: join(directory, 'agent.log'),
    ready: () => listens(join(host.directory, 'br-hop.mgmt')),
  });
}
