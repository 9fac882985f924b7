import { spawn } from 'node:child_process';
import { CliError } from './context.ts';
import type { LabView } from './lab-wire.ts';

/** Runs a command inside a guest of the lab, on this terminal, and answers its exit status. */
export function runInGuest(lab: LabView, name: string, command: readonly string[]): Promise<number> {
  const guest = lab.guests.find((candidate) => candidate.name === name);
  if (!guest)
    throw new CliError(
      `the lab has no guest ${name}: it has ${lab.guests.map((one) => one.name).join(', ') || 'none'}`,
    );
  return runInLab(lab, ['nsenter', `--target=${guest.pid}`, '--net', '--mount', '--', ...command]);
}

/** Runs a command on a host of the lab, where `ovs-vsctl` and `ovs-ofctl` speak to that host's Open vSwitch. */
export function runOnHost(lab: LabView, name: string, command: readonly string[]): Promise<number> {
  const host = lab.hosts.find((candidate) => candidate.name === name);
  if (!host) throw new CliError(`the lab has no host ${name}: it has ${lab.hosts.map((one) => one.name).join(', ')}`);
  const environment = ['OVS_RUNDIR', 'OVN_RUNDIR', 'OVS_DBDIR'].map((variable) => `${variable}=${host.directory}`);
  return runInLab(lab, ['nsenter', `--net=/run/netns/${host.netns}`, '--', 'env', ...environment, ...command]);
}

/** The user who started the lab owns its namespaces, and so needs no root to enter them. */
function runInLab({ initPid }: LabView, command: readonly string[]): Promise<number> {
  const namespaces = ['--user', '--net', '--mount', '--pid', '--preserve-credentials'];
  const child = spawn('nsenter', [`--target=${initPid}`, ...namespaces, '--', ...command], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
