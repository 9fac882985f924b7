import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../../base/index.ts';

const run = promisify(execFile);
const schema = '/usr/share/openvswitch/vswitch.ovsschema';

/** An Open vSwitch of the test's own, with its database, in a directory of its own. Needs no privileges but veths'. */
export interface TestSwitch {
  vsctl(...args: string[]): Promise<string>;
  appctl(...args: string[]): Promise<string>;
  ofctl(...args: string[]): Promise<string>;
  /** Adds flows as one bundle, as the agent does. */
  addFlows(bridge: string, flows: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts ovsdb-server and ovs-vswitchd, the latter with its dummy datapath, and waits until both answer. */
export async function startSwitch(): Promise<TestSwitch> {
  const directory = await mkdtemp(join(tmpdir(), 'ovs-'));
  const database = `unix:${join(directory, 'db.sock')}`;
  const env = { ...process.env, OVS_RUNDIR: directory, OVS_LOGDIR: directory, OVS_DBDIR: directory };
  const control = join(directory, 'vswitchd.ctl');
  const command = async (program: string, args: readonly string[]) => (await run(program, [...args], { env })).stdout;
  await command('ovsdb-tool', ['create', join(directory, 'conf.db'), schema]);
  const children: ChildProcess[] = [];
  const daemon = (program: string, args: readonly string[]) =>
    children.push(spawn(program, [...args, '-vconsole:off'], { env, stdio: 'ignore' }));
  daemon('ovsdb-server', [
    join(directory, 'conf.db'),
    `--remote=p${database}`,
    `--unixctl=${join(directory, 'db.ctl')}`,
  ]);
  const vsctl = (...args: string[]) => command('ovs-vsctl', [`--db=${database}`, '--timeout=10', ...args]);
  await waitFor('ovsdb-server', () => vsctl('--no-wait', 'init').then(() => true));
  daemon('ovs-vswitchd', [database, '--enable-dummy', `--unixctl=${control}`]);
  const appctl = (...args: string[]) => command('ovs-appctl', ['-t', control, ...args]);
  await waitFor('ovs-vswitchd', () => appctl('version').then(() => true));
  const ofctl = (...args: string[]) => command('ovs-ofctl', ['-O', 'OpenFlow13', ...args]);
  return {
    vsctl,
    appctl,
    ofctl,
    addFlows: (bridge, flows) => addFlows(bridge, flows, env),
    async stop() {
      await Promise.all(children.map(ended));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function addFlows(bridge: string, flows: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = execFile('ovs-ofctl', ['-O', 'OpenFlow13', '--bundle', 'add-flows', bridge, '-'], { env });
  let complaint = '';
  child.stderr?.on('data', (text: string) => {
    complaint += text;
  });
  child.stdin?.end(`${flows.join('\n')}\n`);
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`ovs-ofctl add-flows: ${complaint}`);
}

function ended(child: ChildProcess): Promise<unknown> {
  const end = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return child.exitCode === null ? end : Promise.resolve();
}
