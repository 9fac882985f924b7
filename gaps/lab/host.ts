import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { run, runOrThrow } from './command.ts';
import { daemon, listens } from './daemon.ts';
import { parseFlows } from './flows.ts';
import type { EncapsulationType, Host, Service, UnderlayFamily } from './types.ts';
import {
  enter,
  hostNetns,
  inNetnsBatch,
  tunnelAddress,
  tunnelPrefixLength,
  underlayBridge,
  uplink,
} from './underlay.ts';

/** The number of a host, its underlay, and the southbound database that its ovn-controller follows. */
export interface HostOptions {
  readonly lab: string;
  /** 1, 2, ...: the host's name is `h` and this number. */
  readonly number: number;
  readonly directory: string;
  readonly southbound: string;
  readonly family: UnderlayFamily;
  readonly encapsulation: EncapsulationType;
  readonly mtu: number;
  /** Of ovn-controller. */
  readonly ovnNiceness: number;
}

/** A host whose daemons run until it is stopped. */
export interface RunningHost extends Host {
  stop(): Promise<void>;
}

interface Daemons {
  readonly database: Service;
  readonly 'ovs-vswitchd': Service;
  readonly 'ovn-controller': Service;
}

/** The name of a host by its number, which counts from 1. */
export function hostName(number: number): string {
  return `h${number}`;
}

/** Starts one hypervisor's Open vSwitch and ovn-controller. Its namespace and uplink exist already. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const host = describe(options);
  await mkdir(options.directory, { recursive: true });
  const daemons = daemonsOf(host, options.ovnNiceness);
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(daemons).map((service) => service.stop('SIGKILL')));
  };
  try {
    await startDaemons(host, daemons, options);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...host,
    run: (command, runOptions = {}) =>
      run([...enter(host.netns), ...command], { ...runOptions, env: { ...environment(host), ...runOptions.env } }),
    vsctl: (...args) => runOrThrow(['ovs-vsctl', `--db=${host.ovsdb}`, ...args]),
    flows: async (bridge) =>
      parseFlows(
        await runOrThrow(['ovs-ofctl', '-O', 'OpenFlow15', '--names', 'dump-flows', managementSocket(host, bridge)]),
      ),
    services: daemons,
    killDaemon: (name, signal = 'SIGKILL') => daemons[name].stop(signal),
    async startDaemon(name) {
      await daemons[name].start();
      if (name === 'ovs-vswitchd') await addTunnelAddress(host, options); // its internal ports are new ones
    },
    stop,
  };
}

async function startDaemons(host: Description, daemons: Daemons, options: HostOptions): Promise<void> {
  const schema = '/usr/share/openvswitch/vswitch.ovsschema';
  await runOrThrow(['ovsdb-tool', 'create', join(host.directory, 'conf.db'), schema]);
  await daemons.database.start();
  await runOrThrow(['ovs-vsctl', `--db=${host.ovsdb}`, '--no-wait', ...configuration(host, options)]);
  await daemons['ovs-vswitchd'].start();
  await addTunnelAddress(host, options);
  await daemons['ovn-controller'].start();
}

type Description = Pick<Host, 'name' | 'netns' | 'ovsdb' | 'directory' | 'tunnelAddress' | 'uplink'>;

function describe({ lab, number, directory, family }: HostOptions): Description {
  const name = hostName(number);
  return {
    name,
    netns: hostNetns(lab, name),
    ovsdb: `unix:${join(directory, 'db.sock')}`,
    directory,
    tunnelAddress: tunnelAddress(family, number),
    uplink,
  };
}

function managementSocket(host: Description, bridge: string): string {
  return `unix:${join(host.directory, `${bridge}.mgmt`)}`;
}

function environment({ directory }: Description): Record<string, string> {
  return { OVS_RUNDIR: directory, OVS_LOGDIR: directory, OVS_DBDIR: directory, OVN_RUNDIR: directory };
}

/** The settings of an operator on a hypervisor (ovn-controller(8)), and the bridges of the userspace datapath. */
function configuration(host: Description, { southbound, encapsulation }: HostOptions): readonly string[] {
  const externalIds = {
    'system-id': host.name,
    hostname: host.name,
    'ovn-remote': southbound,
    'ovn-encap-type': encapsulation,
    'ovn-encap-ip': host.tunnelAddress,
    'ovn-monitor-all': 'true',
    'ovn-bridge-datapath-type': 'netdev',
  };
  return [
    ...['init', '--', 'set', 'Open_vSwitch', '.'],
    ...Object.entries(externalIds).map(([key, value]) => `external_ids:${key}="${value}"`),
    ...['--', 'add-br', 'br-int', '--', 'set', 'Bridge', 'br-int', 'datapath_type=netdev', 'fail-mode=secure'],
    ...['--', 'add-br', underlayBridge, '--', 'set', 'Bridge', underlayBridge, 'datapath_type=netdev'],
    ...['--', 'add-port', underlayBridge, uplink],
  ];
}

async function addTunnelAddress(host: Description, { family, mtu }: HostOptions): Promise<void> {
  await waitFor(
    `${underlayBridge} on ${host.name}`,
    async () => {
      const { code } = await run(['ip', '-n', host.netns, 'link', 'show', underlayBridge]);
      return code === 0;
    },
    { every: milliseconds(10) },
  );
  // GRO would hand the bridge merged segments that it must not forward.
  await runOrThrow([
    ...enter(host.netns),
    'sh',
    '-c',
    `echo 0 >/proc/sys/net/ipv6/conf/${underlayBridge}/disable_ipv6 && ethtool -K ${uplink} gro off`,
  ]);
  await inNetnsBatch(host.netns, [
    `link set ${uplink} up`,
    `link set ${underlayBridge} mtu ${mtu} up`,
    `address replace ${host.tunnelAddress}/${tunnelPrefixLength(family)} dev ${underlayBridge}${family === 6 ? ' nodad' : ''}`,
  ]);
}

function daemonsOf(host: Description, ovnNiceness: number): Daemons {
  const environs = environment(host);
  const log = (name: string): string => join(host.directory, `${name}.log`);
  const inHost = (...command: string[]): readonly string[] => [...enter(host.netns), ...command, '-vsyslog:off'];
  const socket = join(host.directory, 'db.sock');
  const vswitchdControl = join(host.directory, 'vswitchd.ctl');
  return {
    database: daemon({
      name: `ovsdb-server ${host.name}`,
      command: inHost('ovsdb-server', join(host.directory, 'conf.db'), `--remote=punix:${socket}`, '--pidfile'),
      env: environs,
      logFile: log('ovsdb-server'),
      ready: () => listens(socket),
    }),
    'ovs-vswitchd': daemon({
      name: `ovs-vswitchd ${host.name}`,
      command: inHost('ovs-vswitchd', host.ovsdb, '--pidfile', `--unixctl=${vswitchdControl}`),
      env: environs,
      logFile: log('ovs-vswitchd'),
      ready: () => listens(vswitchdControl),
    }),
    'ovn-controller': daemon({
      name: `ovn-controller ${host.name}`,
      command: inHost('ovn-controller', host.ovsdb, '--pidfile'),
      env: environs,
      logFile: log('ovn-controller'),
      niceness: ovnNiceness,
      ready: () => true,
    }),
  };
}
