import type { Guest, Host, InterfaceSettings } from '../gaps/lab/index.ts';
import { milliseconds, waitFor } from '../src/base/index.ts';
import { type Network, type Port, unwrap } from '../src/client/index.ts';
import type { Site } from './site.ts';

/** The number of ports in the crowd, and the subnets that each has an address on. */
export interface CrowdOptions {
  readonly ports: number;
  /** IPv6 SLAAC subnets of the network: each port has an address on every one. */
  readonly subnets: number;
  /** Of the guests' kernels. */
  readonly settings?: InterfaceSettings;
}

/** Many live ports of one network on host h1. */
export interface Crowd {
  readonly network: Network;
  readonly host: Host;
  /** Two of the ports have a guest with a real kernel; the others are internal ports of the switch, with nobody behind. */
  readonly guests: readonly [CrowdGuest, CrowdGuest];
  addSubnet(): Promise<void>;
  /** Flows on the bridge that the guests are plugged into. */
  countFlows(): Promise<number>;
}

/** A port of the crowd that has a guest with a kernel of its own. */
export interface CrowdGuest {
  readonly port: Port;
  readonly guest: Guest;
}

const hostName = 'h1';
const bridge = 'br-hop';
/** Interfaces that one ovs-vsctl adds. */
const batchSize = 50;

/** Plugs the crowd in, waits until every port is ACTIVE, and takes all away after the measurement. */
export async function withCrowd<T>(
  site: Site,
  { ports, subnets, settings = {} }: CrowdOptions,
  measure: (crowd: Crowd) => Promise<T>,
): Promise<T> {
  const { client, lab } = site;
  const host = lab.getHost(hostName);
  const network = unwrap(await client.networks.create({ name: 'crowd' }));
  let count = 0;
  const addSubnet = async () => {
    const cidr = `2001:db8:c0:${(++count).toString(16)}::/64`;
    const slaac = { ip_version: 6, ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;
    unwrap(await client.subnets.create({ network_id: network.id, cidr, ...slaac }));
  };
  const made: Port[] = [];
  const guests: Guest[] = [];
  try {
    for (let index = 0; index < subnets; index += 1) await addSubnet();
    made.push(...(await createPorts(site, network, ports)));
    const [first, second, ...silent] = made;
    if (!first || !second) throw new Error('a crowd is of two at least');
    const plug = async (port: Port): Promise<CrowdGuest> => {
      const guest = await lab.plug({ host: hostName, port, mtu: network.mtu, settings });
      guests.push(guest);
      return { guest, port };
    };
    const real = [await plug(first), await plug(second)] as const;
    await plugSilent(host, silent);
    await untilActive(site, network, ports);
    return await measure({ network, host, guests: real, addSubnet, countFlows: () => countFlows(host) });
  } finally {
    for (const guest of guests) await guest.remove();
    await unplugSilent(host, made.slice(2));
    for (const { id } of made) unwrap(await client.ports.delete(id));
    unwrap(await client.networks.delete(network.id));
  }
}

async function createPorts({ client }: Site, network: Network, count: number): Promise<readonly Port[]> {
  const wanted = { network_id: network.id, 'binding:host_id': hostName };
  return unwrap(await client.ports.createMany(Array.from({ length: count }, () => wanted)));
}

async function plugSilent(host: Host, ports: readonly Port[]): Promise<void> {
  await inBatches(ports, async (batch) => {
    const commands = batch.flatMap(({ id, mac_address }) => [
      ...['--', 'add-port', bridge, tapOf(id), '--', 'set', 'Interface', tapOf(id), 'type=internal'],
      ...[`external_ids:iface-id=${id}`, `external_ids:attached-mac="${mac_address}"`],
    ]);
    await host.vsctl(...commands.slice(1));
  });
}

async function unplugSilent(host: Host, ports: readonly Port[]): Promise<void> {
  await inBatches(ports, async (batch) => {
    const commands = batch.flatMap(({ id }) => ['--', '--if-exists', 'del-port', bridge, tapOf(id)]);
    await host.vsctl(...commands.slice(1));
  });
}

async function inBatches(ports: readonly Port[], work: (batch: readonly Port[]) => Promise<void>): Promise<void> {
  for (let start = 0; start < ports.length; start += batchSize) await work(ports.slice(start, start + batchSize));
}

function tapOf(portId: string): string {
  return `tap${portId.slice(0, 11)}`;
}

async function untilActive({ client }: Site, network: Network, count: number): Promise<void> {
  const isReached = async () => {
    const active = unwrap(await client.ports.list({ network_id: network.id, status: 'ACTIVE' }));
    return active.length === count;
  };
  await waitFor('every port to be ACTIVE', isReached, { within: milliseconds(120_000), every: milliseconds(500) });
}

async function countFlows(host: Host): Promise<number> {
  const { stdout } = await host.run(['ovs-ofctl', '-O', 'OpenFlow13', 'dump-aggregate', bridge]);
  const flows = /flow_count=(\d+)/.exec(stdout)?.[1];
  if (flows === undefined) throw new Error(`no count of flows in: ${stdout}`);
  return Number(flows);
}
