import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../../base/index.ts';

const run = promisify(execFile);

/** A real Open vSwitch, userspace datapath, in a directory of its own. Needs a network namespace where we are root. */
export interface TestSwitch {
  readonly directory: string;
  /** `unix:/path/db.sock` */
  readonly database: string;
  managementSocket(bridge: string): string;
  vsctl(...operands: string[]): Promise<string>;
  ofctl(command: string, bridge: string, ...operands: string[]): Promise<string>;
  /** Ends ovs-vswitchd with SIGKILL: every flow is gone. */
  killVswitchd(): Promise<void>;
  startVswitchd(): Promise<void>;
  stop(): Promise<void>;
}

/** Why no switch can run here, for `skip`; undefined when one can. */
export const noSwitchBecause: string | undefined =
  readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/)[2] === '4294967295'
    ? 'needs a user and network namespace of its own (run by `sextant test`)'
    : undefined;

/** Starts ovsdb-server and ovs-vswitchd of the test's own, and waits until both answer. */
export async function startSwitch(): Promise<TestSwitch> {
  const directory = mkdtempSync(join(tmpdir(), 'ovs-'));
  const env = { ...process.env, OVS_RUNDIR: directory, OVS_LOGDIR: directory, OVS_DBDIR: directory };
  const database = `unix:${join(directory, 'db.sock')}`;
  const daemon = (program: string, ...argv: string[]) =>
    spawn(program, [...argv, '--no-chdir', `--log-file=${join(directory, `${program}.log`)}`, '-vconsole:off'], {
      env,
      stdio: 'ignore',
    });
  await run('ovsdb-tool', ['create', join(directory, 'conf.db'), '/usr/share/openvswitch/vswitch.ovsschema']);
  const server = daemon(
    'ovsdb-server',
    join(directory, 'conf.db'),
    `--remote=p${database}`,
    `--unixctl=${directory}/ovsdb.ctl`,
  );
  await waitFor('ovsdb-server', () => accepts(join(directory, 'db.sock')));
  const vsctl = async (...operands: string[]) =>
    (await run('ovs-vsctl', [`--db=${database}`, '--timeout=10', ...operands], { env })).stdout.trim();
  await vsctl('--no-wait', 'init');
  let vswitchd = startDaemon();

  function startDaemon() {
    return daemon('ovs-vswitchd', database, `--unixctl=${join(directory, 'vswitchd.ctl')}`, '--disable-system');
  }

  return {
    directory,
    database,
    managementSocket: (bridge) => join(directory, `${bridge}.mgmt`),
    vsctl,
    async ofctl(command, bridge, ...operands) {
      const target = `unix:${join(directory, `${bridge}.mgmt`)}`;
      return (await run('ovs-ofctl', ['-O', 'OpenFlow13', command, target, ...operands], { env })).stdout;
    },
    killVswitchd: () => ended(vswitchd, 'SIGKILL'),
    async startVswitchd() {
      vswitchd = startDaemon();
      await waitFor('ovs-vswitchd', () => accepts(join(directory, 'vswitchd.ctl')));
    },
    async stop() {
      await Promise.all([ended(vswitchd, 'SIGTERM'), ended(server, 'SIGTERM')]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

function ended(child: ReturnType<typeof spawn>, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill(signal);
  });
}
