import { runOrThrow } from './command.ts';
import type { UnderlayFamily } from './types.ts';

/** Names and addresses of the network between hosts: one Ethernet segment, a bridge in a namespace of its own. */
export interface Underlay {
  readonly family: UnderlayFamily;
  readonly mtu: number;
  readonly netns: string;
}

/** The host's end of its underlay link, in the host's namespace. */
export const uplink = 'uplink';
/** The OVS bridge that holds the uplink and, on its internal port, the tunnel address. */
export const underlayBridge = 'br-ul';

/** The name of a host's network namespace. */
export function hostNetns(lab: string, host: string): string {
  return `${lab}-${host}`;
}

/** Private and unique-local space (RFC 1918, RFC 4193); the host's number is the last part. */
export function tunnelAddress(family: UnderlayFamily, hostNumber: number): string {
  return family === 6 ? `fd5e:7a17::${hostNumber.toString(16)}` : `10.219.0.${hostNumber}`;
}

/** The length of the prefix that the hosts' tunnel addresses share. */
export function tunnelPrefixLength(family: UnderlayFamily): number {
  return family === 6 ? 64 : 24;
}

/** Makes the namespaces and links of all hosts at once. Host-side interfaces take no IPv6 address of their own. */
export async function createUnderlay(lab: string, hosts: readonly string[], underlay: Underlay): Promise<void> {
  const { netns, mtu } = underlay;
  await ipBatch([`netns add ${netns}`, ...hosts.map((host) => `netns add ${hostNetns(lab, host)}`)]);
  await Promise.all([netns, ...hosts.map((host) => hostNetns(lab, host))].map(silenceIpv6));
  await inNetnsBatch(netns, [
    `link add ul mtu ${mtu} type bridge`,
    'link set ul up',
    ...hosts.flatMap((host) => [
      `link add ${host} mtu ${mtu} type veth peer name ${uplink} mtu ${mtu} netns ${hostNetns(lab, host)}`,
      `link set ${host} master ul up`,
    ]),
  ]);
}

/** Deletes the namespaces of the hosts and of the underlay, with all links in them. */
export async function deleteUnderlay(lab: string, hosts: readonly string[], underlay: Underlay): Promise<void> {
  await ipBatch([underlay.netns, ...hosts.map((host) => hostNetns(lab, host))].map((name) => `netns del ${name}`));
}

/** Runs `ip` commands in one process; goes on after one that fails, and then throws. */
export async function ipBatch(commands: readonly string[]): Promise<void> {
  await runOrThrow(['ip', '-force', '-batch', '-'], { input: `${commands.join('\n')}\n` });
}

/** Runs commands of ip(8) in a network namespace, at once. Throws when one of them fails. */
export async function inNetnsBatch(netns: string, commands: readonly string[]): Promise<void> {
  await runOrThrow(['ip', '-n', netns, '-batch', '-'], { input: `${commands.join('\n')}\n` });
}

/** A host that configured itself from the RAs it sees would become a party in its guests' networks. */
async function silenceIpv6(netns: string): Promise<void> {
  await runOrThrow([
    ...enter(netns),
    'sh',
    '-c',
    'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 && ip link set lo up',
  ]);
}

/** The command prefix that runs what follows in a network namespace. */
export function enter(netns: string): readonly string[] {
  return ['nsenter', `--net=/run/netns/${netns}`, '--'];
}
